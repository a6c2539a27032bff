package io.jdax.tools;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.region.Region;
import io.jdax.region.RegionBuilder;
import io.jdax.region.RegionSizeException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax mkfs}. */
@Command(
    name = "mkfs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Make an empty file system on a region. What the region held is lost.")
final class MkfsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(
      names = "--label",
      paramLabel = "L",
      description = "A name of your own, of at most 64 bytes in UTF-8.")
  String label = "";

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Create the file if it does not exist, with so many bytes (with K, M, G or T).")
  @Nullable SizeBytes size;

  @Option(
      names = "--mode",
      paramLabel = "M",
      converter = OctalMode.class,
      description =
          "Permissions of a file that is created, in octal. Default: 600, for the owner alone.")
  @Nullable Integer mode;

  @Option(
      names = "--block-size",
      paramLabel = "B",
      description = "The unit in which files get storage: 512, 1K, 2K or 4K. Default: 4K.")
  SizeBytes blockSize = new SizeBytes(4 << 10);

  @Option(
      names = "--force",
      description =
          "Go on if there is a file system already, or something else that looks like data.")
  boolean force;

  @Option(
      names = "--populate",
      description =
          "Take storage for all of the region now. Otherwise each page of a file, such as one in"
              + " /dev/shm, gets memory from the kernel when it is first stored to, which costs"
              + " more than the store; and a full machine refuses it only then.")
  boolean populate;

  @Option(names = "--json", description = "Print the facts of the new file system as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    FileSystemStat made = Files.exists(path) ? onWhatExists() : onNewFile();
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.text(Json.members(made))
                : "%s: a file system of %s, %s, %s free"
                    .formatted(
                        path,
                        SizeBytes.text(made.totalBlocks() * made.blockSize()),
                        made.uuid(),
                        SizeBytes.about(made.freeBlocks() * made.blockSize())));
    return Main.OK;
  }

  private FileSystemStat onWhatExists() throws IOException {
    try (PmemBlockDevice device = Mounted.device(Region.at(path).populate(populate).open())) {
      long bytes = device.region().sizeBytes();
      if (size != null && size.bytes() != bytes) {
        throw new RegionSizeException(
            path.toString(),
            "exists already, and has %d bytes, not %d".formatted(bytes, size.bytes()));
      }
      if (mode != null) {
        throw new FileAlreadyExistsException(
            path.toString(), null, "exists already; --mode is for a file that mkfs creates");
      }
      if (!force) {
        refuseWhatIsThere(device);
      }
      return format(device);
    }
  }

  private void refuseWhatIsThere(PmemBlockDevice device) throws IOException {
    String found = "a jdax file system";
    try (DaxFileSystem files = DaxFileSystem.mount(device)) {
      String is = files.statfs().label();
      found += is.isEmpty() ? "" : " labelled " + InsidePath.printable(is);
    } catch (NotFormattedException none) {
      refuseForeign(device.region());
      return;
    } catch (CorruptMetadataException e) {
      found = "a damaged jdax file system";
    } catch (UnsupportedFormatException e) {
      found = "a jdax file system of another release";
    }
    throw new FileAlreadyExistsException(
        path.toString(), null, "holds " + found + ", which only --force overwrites");
  }

  private void refuseForeign(Region region) throws IOException {
    String found;
    try {
      found = ForeignContent.in(region.segment());
    } catch (InternalError e) { // bytes that can't be read may be data
      throw region.mediaError(0, region.sizeBytes(), e);
    }
    if (found != null) {
      throw new FileAlreadyExistsException(
          path.toString(), null, "seems to hold " + found + ", which only --force overwrites");
    }
  }

  private FileSystemStat onNewFile() throws IOException {
    if (size == null) {
      throw new NoSuchFileException(path.toString(), null, "no such file; --size creates it");
    }
    RegionBuilder builder = Region.at(path).size(size.bytes()).populate(populate);
    if (mode != null) {
      builder.mode(mode);
    }
    Region region = builder.create();
    try (PmemBlockDevice device = Mounted.device(region)) {
      return format(device);
    } catch (Throwable e) {
      Files.deleteIfExists(path); // it is ours, since to create it has not failed
      throw e;
    }
  }

  private FileSystemStat format(PmemBlockDevice device) throws IOException {
    DaxFileSystem.format(device, label, Math.toIntExact(blockSize.bytes()));
    try (DaxFileSystem files = DaxFileSystem.mount(device)) {
      return files.statfs();
    }
  }
}
