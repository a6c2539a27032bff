package io.jdax.mm.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does what another one does, and remembers what was asked for that changes something. */
final class RecordingMapper implements BlockMapper {
  private final BlockMapper mapper;
  private final List<String> calls = new ArrayList<>();
  private int maps;

  /** Run by {@link #commit}, before what the other does. */
  Runnable beforeCommit = () -> {};

  RecordingMapper(BlockMapper mapper) {
    this.mapper = mapper;
  }

  /** Since the last time it was asked. */
  List<String> calls() {
    List<String> now = List.copyOf(calls);
    calls.clear();
    return now;
  }

  /** Questions what lies under a page, since the last time it was asked. */
  int maps() {
    int now = maps;
    maps = 0;
    return now;
  }

  @Override
  public void find(long page, Intent intent, PageRun out) throws IOException {
    maps += intent == Intent.LOOK ? 0 : 1;
    mapper.find(page, intent, out);
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    calls.add("mkwrite " + page);
    mapper.mkwrite(page, storeAt, out);
  }

  @Override
  public boolean inPlace() {
    return mapper.inPlace();
  }

  @Override
  public void stored(long page) {
    mapper.stored(page);
  }

  @Override
  public void storesFound() {
    calls.add("stores found");
    mapper.storesFound();
  }

  @Override
  public void writeBack(long firstPage, long endPage) throws IOException {
    mapper.writeBack(firstPage, endPage);
  }

  @Override
  public @Nullable WritebackErrors errors() {
    return mapper.errors();
  }

  @Override
  public void commit() throws IOException {
    calls.add("commit");
    beforeCommit.run();
    mapper.commit();
  }

  @Override
  public void retained() {
    mapper.retained();
  }

  @Override
  public void released() {
    mapper.released();
  }

  @Override
  public long sizeBytes() {
    return mapper.sizeBytes();
  }
}
