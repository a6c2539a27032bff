package io.jdax.tools;

import io.jdax.fs.facts.FileStat;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Prints a line for each file. With details, the files of a directory are in columns. */
final class ListingText extends Listing {
  private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final boolean details;
  private final Deque<TextTable> tables = new ArrayDeque<>();

  ListingText(PrintWriter out, boolean details) {
    super(out);
    this.details = details;
  }

  @Override
  void begin(List<FileFacts> directory) {
    TextTable table = new TextTable("lrrrrll");
    if (details) {
      directory.forEach(file -> table.fit(cells(file, file.path())));
    }
    tables.push(table);
  }

  @Override
  void leave() {
    tables.pop();
  }

  @Override
  void print(FileFacts facts, String path) {
    out.println(details ? tables.element().line(cells(facts, path)) : InsidePath.printable(path));
  }

  @Override
  void end() {}

  private static Object[] cells(FileFacts file, String path) {
    FileStat stat = file.stat();
    return new Object[] {
      file.mode(),
      stat.links(),
      stat.uid(),
      stat.gid(),
      stat.sizeBytes(),
      MINUTES.format(stat.modified().atZone(ZoneId.systemDefault())),
      file.called(path).label()
    };
  }
}
