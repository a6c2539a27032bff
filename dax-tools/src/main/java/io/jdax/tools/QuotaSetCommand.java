package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code jdax quota set}. */
@Command(
    name = "set",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Limit a directory. All below it that has no quota of its own counts, also what is there"
            + " now.")
final class QuotaSetCommand implements Callable<Integer> {
  private static final String NONE = "none";

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH:DIR", description = "A region, and a directory on it.")
  RegionPath path = RegionPath.NONE;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      converter = Bytes.class,
      description =
          "Limit for the content of files, with K, M, G or T, or none. If not given, it stays.")
  @Nullable Long bytes;

  @Option(
      names = "--inodes",
      paramLabel = "N",
      converter = Inodes.class,
      description =
          "Limit for files, directories and links, the directory included, or none. If not given,"
              + " it stays.")
  @Nullable Long inodes;

  /** A size, or none. */
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return text.equals(NONE) ? 0 : SizeBytes.parse(text).bytes();
    }
  }

  /** A positive number, or none. */
  static final class Inodes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (text.equals(NONE)) {
        return 0L;
      }
      if (!text.matches("[1-9][0-9]{0,17}")) {
        throw new TypeConversionException("'" + text + "' is neither a positive number nor none");
      }
      return Long.valueOf(text);
    }
  }

  @Override
  public Integer call() throws IOException {
    if (bytes == null && inodes == null) {
      throw new ParameterException(spec.commandLine(), "--bytes or --inodes is missing");
    }
    try (Mounted mounted = Mounted.forWriting(path.region())) {
      path.tellingOf(() -> set(mounted.files()));
    }
    return Main.OK;
  }

  private Quota set(DaxFileSystem files) throws IOException {
    Quota old = own(files, path.file());
    Quota limits =
        new Quota(
            bytes == null ? old.limitBytes() : bytes, inodes == null ? old.limitInodes() : inodes);
    files.setQuota(path.file(), limits);
    return limits;
  }

  /** The limits that the directory has of its own, and none if it counts for one above it. */
  private static Quota own(DaxFileSystem files, String directory) throws IOException {
    FileStat stat = files.stat(directory);
    QuotaStat quota = files.quota(directory);
    boolean own = quota != null && files.stat(quota.directory()).inode() == stat.inode();
    return quota != null && own ? quota.limits() : new Quota(0, 0);
  }
}
