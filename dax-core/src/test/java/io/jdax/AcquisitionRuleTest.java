package io.jdax;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Reads the main code: what is taken is given back whatever is thrown, and an error that the JVM
 * owes to other memory is nobody else's.
 */
class AcquisitionRuleTest {
  private static final Pattern TAKES =
      Pattern.compile(
          "\\.(lock|readLock|writeLock|lockShared|lockExclusive|lockInterruptibly|takeTicket)\\(\\)"
              + "|entries\\.lock\\(|\\blockForStore\\(|\\blockForInvalidation\\(|\\blockPages\\("
              + "|\\.enter(Storing)?\\((dirty)?\\);");

  private static final Pattern DECLARES =
      Pattern.compile(
          "^public |^(private|static|abstract|void|long|boolean|byte) .*\\{$|^private final Lock ");

  /** What ends a statement that stands inside of a try already, which gives it back by a flag. */
  private static final Pattern IN_A_TRY =
      Pattern.compile("^(ticket = (g\\.epoch\\.enter|dirtyBytes\\.takeTicket)|locked = )");

  /**
   * Other places, each the last line of the statement, with the reason. Whoever adds one says why
   * nothing can come between.
   */
  private static final Set<String> OTHERS =
      Set.of(
          // The two ways of taking the lock; their callers have the try.
          "InvalidateLock: return owner == Thread.currentThread() ? 0 : lock.readLock();",
          "InvalidateLock: exclusiveStamp = lock.writeLock();",
          // Only if it is not held already; the try follows the if.
          "InodeEdits: open.addressSpace.invalidateLock().lockExclusive();",
          // Let go of at once: whoever had it before is waited for.
          "Inode: addressSpace.invalidateLock().lockExclusive();",
          // A count that can't fail comes between.
          "FileSpace: lockPages(inode, offset, end, patienceNanos);",
          // The two branches of an if, after which the try follows.
          "FileAllocation: FileSpace.lockPages(inode, offset, end, patienceNanos);",
          "FileAllocation: addressSpace.invalidateLock().lockExclusive();",
          // Takes the lock for its callers, which have the try.
          "FileSpace: static void lockPages(InodeFacts inode, long offset, long end, long"
              + " patienceNanos)",
          "FileSpace: inode.addressSpace.lockForInvalidation(",
          "CachedFile: inode.addressSpace.invalidateLock().lockExclusive();",
          // Relocked in a finally, to be let go of by the caller's.
          "Quarantine: lock.lock();",
          // Taken by one method or constructor, and let go of by another: close().
          "Change: stamp = tree.lock.writeLock();",
          "ProjectTree: this.stamp = volume.projects.opening().writeLock();",
          "GroupCommit: leadership.lock();",
          "CachedWriteback: pages.writing.lock();",
          // One assignment of a field that can't throw, or a second lock right behind.
          "CachedWrite: long stamp = inode.addressSpace.invalidateLock().lockShared();",
          "CachedContent: pages.writing.lock();",
          "CachedGrowth: pages.writing.lock();",
          "InodeTable: inode.addressSpace.lockForInvalidation(0, Long.MAX_VALUE, 0);");

  /** Takes a ticket, or makes something of an error. */
  private static final Pattern JUDGES =
      Pattern.compile(
          "ticket = g\\.epoch\\.enter|^ *\\} catch \\((\\w+ \\| )*InternalError( \\| \\w+)* \\w+\\)");

  private static final Pattern DELIVERS =
      Pattern.compile("AccessFault\\.(deliver|enter)\\(|^    deliver\\(\\);");

  private static final Pattern METHOD = Pattern.compile("^  \\w[^=]*\\((.*[^;])?$");

  /**
   * Methods that judge an error without a delivery of their own before it, each with the reason.
   */
  private static final Set<String> WITHOUT =
      Set.of(
          // Plain accesses and ordered loads, which must not cost more, look whose error it is.
          "PlainAccess.getByte",
          "PlainAccess.putByte",
          "PlainAccess.getShort",
          "PlainAccess.putShort",
          "PlainAccess.getInt",
          "PlainAccess.putInt",
          "PlainAccess.getLong",
          "PlainAccess.putLong",
          "PlainAccess.loadSlowly",
          "PlainAccess.storeSlowly",
          "OrderedAccess.load",
          // In the middle of calls whose way in has delivered.
          "MappedPages.copyFrame",
          "TreeReader.find",
          "FrameCopy.copy",
          "FileLog.store",
          "FileLog.storeHeader",
          "Journal.put",
          "Journal.delete",
          "Journal.deleteRange",
          "Journal.storeHeader",
          "MappedBlocks.read",
          "CallerMemory.take",
          "CallerMemory.give",
          "CallerMemory.giveZeros",
          "SectorTransfer.readBySector",
          "SectorTransfer.handOut",
          "SectorTransfer.collect");

  private static Path sources() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      for (String below :
          List.of("src/main/java/io/jdax/mm", "dax-core/src/main/java/io/jdax/mm")) {
        if (Files.isDirectory(at.resolve(below))) {
          return requireNonNull(at.resolve(below).getParent());
        }
      }
    }
    throw new AssertionError("no sources");
  }

  @Test
  @DisplayName(
      "A lock or a ticket is taken right before a try, or inside of the one that returns it")
  void takenBeforeTry() throws IOException {
    List<String> found = new ArrayList<>();
    int[] sites = new int[1];
    try (Stream<Path> files = Files.walk(sources())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        check(file, found, sites);
      }
    }
    assertEquals(List.of(), found, "something may be thrown between taking and try");
    assertTrue(sites[0] > 80, "sites found: " + sites[0]);
  }

  @Test
  @DisplayName(
      "What is owed to earlier accesses is delivered before a ticket is taken, and before a try"
          + " that takes an error for its own")
  void deliveredBeforeItIsJudged() throws IOException {
    Set<String> found = new TreeSet<>();
    int sites = 0;
    try (Stream<Path> files = Files.walk(sources())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        List<String> code = Files.readAllLines(file);
        for (int i = 0; i < code.size(); i++) {
          if (JUDGES.matcher(code.get(i)).find()) {
            sites++;
            int from = methodOf(code, i);
            boolean delivers =
                code.subList(from, tryOf(code, i)).stream()
                    .anyMatch(l -> DELIVERS.matcher(l).find());
            if (!delivers) {
              String name = code.get(from).replaceAll("\\(.*", "").replaceAll(".* ", "");
              found.add(file.getFileName().toString().replace(".java", ".") + name);
            }
          }
        }
      }
    }
    assertEquals(new TreeSet<>(WITHOUT), found, "an error of other memory may come in the try");
    assertTrue(sites > 30, "sites found: " + sites);
  }

  private static int methodOf(List<String> code, int line) {
    int at = line;
    while (!METHOD.matcher(code.get(at)).find()) {
      at--;
    }
    return at;
  }

  /** The line of the try that a catch, or a statement inside, belongs to. */
  private static int tryOf(List<String> code, int line) {
    int indent = indent(code.get(line)) - (code.get(line).contains("} catch") ? 0 : 2);
    int at = line - 1;
    while (!(code.get(at).strip().startsWith("try ") && indent(code.get(at)) == indent)) {
      at--;
    }
    return at;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static void check(Path file, List<String> found, int[] sites) throws IOException {
    String name = file.getFileName().toString().replace(".java", "");
    List<String> code =
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(l -> !l.isEmpty() && !l.startsWith("*") && !l.startsWith("/"))
            .map(l -> l.replaceAll("\\s*//.*$", ""))
            .toList();
    for (int i = 0; i < code.size(); i++) {
      String line = code.get(i);
      if (!TAKES.matcher(line).find() || DECLARES.matcher(line).find()) {
        continue;
      }
      sites[0]++;
      String next = i + 1 < code.size() ? code.get(i + 1) : "";
      String after = i + 2 < code.size() ? code.get(i + 2) : "";
      boolean tries =
          next.startsWith("try ")
              // the value that says that nothing has been read yet
              || next.matches("(boolean|long) \\w+ = (false|Entries\\.UNREAD);")
                  && (after.startsWith("try ")
                      || after.matches("long \\w+ = Entries\\.UNREAD;")
                          && code.get(i + 3).startsWith("try "));
      boolean inside = IN_A_TRY.matcher(line).find() || next.startsWith("locked = true");
      if (!tries && !inside) {
        String site = name + ": " + line;
        if (!OTHERS.contains(site)) {
          found.add(site + " | " + next);
        }
      }
    }
  }
}
