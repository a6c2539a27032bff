package io.jdax.tools;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax check}. Exit codes are those of fsck(8). */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeOnInvalidInput = CheckCommand.USAGE,
    exitCodeOnExecutionException = CheckCommand.OPERATIONAL,
    description = "Check a file system that is not mounted. Without --repair nothing is changed.",
    footer = {
      "",
      "Exit codes: 0 no defects; 1 all defects corrected; 4 defects left; 8 the check could not be"
          + " made; 16 bad input."
    })
final class CheckCommand implements Callable<Integer> {
  static final int CLEAN = 0;
  static final int CORRECTED = 1;
  static final int UNCORRECTED = 4;
  static final int OPERATIONAL = 8;
  static final int USAGE = 16;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(
      names = "--repair",
      description = "Print the defects, and then repair all of them in one commit.")
  boolean repair;

  @Option(names = "--json", description = "Print what is found as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    CheckReport found;
    CheckReport left;
    try (PmemBlockDevice device = Mounted.device(Region.at(path).readOnly(!repair).open())) {
      found = FileSystemCheck.check(device);
      left = found;
      if (!json) {
        found.defects().forEach(defect -> out.println(defect.message()));
        out.flush();
      }
      if (repair && !found.isClean()) {
        FileSystemCheck.repair(device);
        left = FileSystemCheck.check(device);
      }
    }
    out.println(json ? json(found, left) : verdict(found, left));
    if (left.isClean()) {
      return found.isClean() ? CLEAN : CORRECTED;
    }
    return UNCORRECTED;
  }

  private String verdict(CheckReport found, CheckReport left) {
    String name = InsidePath.printable(path.toString());
    if (found.isClean()) {
      return "%s: clean: %s, %s, %s in use"
          .formatted(
              name,
              count(found.inodes(), "inode"),
              count(found.nodes(), "node"),
              count(found.usedFrames(), "frame"));
    }
    int defects = found.defects().size();
    if (left.isClean()) {
      return "%s: %s, %s"
          .formatted(name, count(defects, "defect"), defects == 1 ? "corrected" : "all corrected");
    }
    defects = left.defects().size();
    return "%s: %s, left as %s%s"
        .formatted(
            name,
            count(defects, "defect"),
            defects == 1 ? "it is" : "they are",
            left.isRepairable()
                ? ""
                : defects == 1
                    ? "; it can't be repaired, so restore a backup"
                    : "; not all can be repaired, so none was, and a backup must be restored");
  }

  private static String count(long n, String what) {
    return n == 1 ? "1 " + what : n + " " + what + "s";
  }

  private String json(CheckReport found, CheckReport left) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("region", path.toString());
    members.put("generation", found.generation());
    members.put("inodes", found.inodes());
    members.put("nodes", found.nodes());
    members.put("usedFrames", found.usedFrames());
    members.put("projects", found.projects().stream().map(Json::members).toList());
    members.put("journal", Json.members(found.journal()));
    members.put("log", Json.members(found.log()));
    members.put("corrected", !found.isClean() && left.isClean());
    members.put("repairable", found.isRepairable());
    List<Map<String, Object>> defects = new ArrayList<>();
    for (Defect defect : found.defects()) {
      Map<String, Object> one = Json.members(defect);
      one.put("offset", defect.offset());
      one.put("meaning", defect.code().meaning());
      one.put("repair", defect.code().repair());
      defects.add(one);
    }
    members.put("defects", defects);
    return Json.text(members);
  }
}
