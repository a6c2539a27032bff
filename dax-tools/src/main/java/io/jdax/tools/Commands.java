package io.jdax.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/**
 * All commands, in the order of the help. picocli reads the annotations of every command that it is
 * given, which costs more than most commands themselves; so it is given the one that is meant.
 */
final class Commands {
  private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("mkfs", MkfsCommand.class);
    ALL.put("info", InfoCommand.class);
    ALL.put("df", DfCommand.class);
    ALL.put("ls", LsCommand.class);
    ALL.put("stat", StatCommand.class);
    ALL.put("extents", ExtentsCommand.class);
    ALL.put("put", PutCommand.class);
    ALL.put("get", GetCommand.class);
    ALL.put("cat", CatCommand.class);
    ALL.put("mkdir", MkdirCommand.class);
    ALL.put("mv", MvCommand.class);
    ALL.put("rm", RmCommand.class);
    ALL.put("quota", QuotaCommand.class);
    ALL.put("check", CheckCommand.class);
    ALL.put("region", RegionCommand.class);
    ALL.put("bench", BenchCommand.class);
    ALL.put("help", HelpCommand.class);
  }

  private Commands() {}

  /**
   * Adds the command that is meant: what the first word names that is no option. If that is none of
   * them, or the help, all are added. The version needs none.
   */
  static void addTo(CommandLine line, String... words) {
    if (words.length == 1 && (words[0].equals("--version") || words[0].equals("-V"))) {
      return;
    }
    for (String word : words) {
      if (!word.startsWith("-")) {
        Class<?> command = ALL.get(word);
        if (command != null && command != HelpCommand.class) {
          line.addSubcommand(word, command);
          return;
        }
        break;
      }
    }
    ALL.forEach(line::addSubcommand);
  }
}
