package io.jdax.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line as it was written. A JVM reads it in the encoding of its locale, and in the
 * locale C it has no letter for most bytes. The kernel keeps the bytes.
 */
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  static String[] asWritten(String[] args) {
    try {
      return match(args, split(Files.readAllBytes(COMMAND_LINE)));
    } catch (IOException e) {
      return args; // no /proc here
    }
  }

  /** The last words of the process, if they may be those that the JVM has read. */
  static String[] match(String[] args, List<String> words) {
    if (words.size() < args.length) {
      return args;
    }
    String[] last = words.subList(words.size() - args.length, words.size()).toArray(String[]::new);
    for (int i = 0; i < args.length; i++) {
      boolean ascii = last[i].chars().allMatch(c -> c < 0x80);
      if (ascii && !last[i].equals(args[i])) {
        return args;
      }
    }
    return last;
  }

  static List<String> split(byte[] commandLine) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < commandLine.length; at++) {
      if (commandLine[at] == 0) {
        words.add(LocalNames.text(Arrays.copyOfRange(commandLine, from, at)));
        from = at + 1;
      }
    }
    return words;
  }
}
