package io.jdax.block;

import static io.jdax.Sizes.MIB;
import static io.jdax.Sizes.SECTOR;
import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.persist.RecordingPersister;
import io.jdax.persist.RecordingPersister.Call;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are moved in parts. */
class LargeRequestsTest {
  private static final int SIZE = 4 * MIB;

  private Region region;
  private RecordingPersister persister;
  private BlockDevice device;
  private byte[] model;

  @BeforeEach
  void open() throws IOException {
    region = Region.anonymous("large", SIZE);
    persister = RecordingPersister.alone(region);
    device = PmemBlockDevice.of(region, persister, SECTOR);
    model = new byte[SIZE];
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  private void expect(int offset, byte[] bytes) throws IOException {
    System.arraycopy(bytes, 0, model, offset, bytes.length);
    assertArrayEquals(model, region.segment().toArray(ValueLayout.JAVA_BYTE));
    assertArrayEquals(model, persister.image(), "durable on return");
    byte[] read = new byte[bytes.length];
    device.read(offset / SECTOR, MemorySegment.ofArray(read));
    assertArrayEquals(bytes, read);
  }

  private long drains() {
    return persister.events().stream().filter(e -> e.call() == Call.DRAIN).count();
  }

  @ParameterizedTest
  @ValueSource(ints = {MIB - SECTOR, MIB, MIB + SECTOR, 2 * MIB, 2 * MIB + 3 * SECTOR})
  @DisplayName("Every byte of a request is moved, and durable on return after one drain")
  void everyByte(int length) throws IOException {
    int offset = 7 * SECTOR;
    byte[] bytes = noise(length, length);
    device.write(offset / SECTOR, MemorySegment.ofArray(bytes));
    assertEquals(1, drains());
    expect(offset, bytes);
    int cut = 5_003;
    byte[] others = noise(length, 1);
    MemorySegment all = MemorySegment.ofArray(others);
    device.write(offset / SECTOR, all.asSlice(0, cut), all.asSlice(cut));
    expect(offset, others);
    byte[] read = new byte[length];
    MemorySegment into = MemorySegment.ofArray(read);
    device.read(offset / SECTOR, into.asSlice(0, cut), into.asSlice(cut));
    assertArrayEquals(others, read);
    long before = drains();
    device.writeZeroes(offset / SECTOR, length / SECTOR);
    assertEquals(before + 1, drains());
    expect(offset, new byte[length]);
  }
}
