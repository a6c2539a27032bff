package io.jdax.tools;

import java.io.PrintWriter;
import java.util.List;

/** Prints a JSON array, with an object for each file. */
final class ListingJson extends Listing {
  private boolean any;

  ListingJson(PrintWriter out) {
    super(out);
  }

  @Override
  void begin(List<FileFacts> directory) {}

  @Override
  void leave() {}

  @Override
  void print(FileFacts facts, String path) {
    out.print(any ? ",\n" : "[\n");
    any = true;
    out.print(Json.text(facts.called(path).members()).indent(2).stripTrailing());
  }

  @Override
  void end() {
    out.println(any ? "\n]" : "[]");
  }
}
