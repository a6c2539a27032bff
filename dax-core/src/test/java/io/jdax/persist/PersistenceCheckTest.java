package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fixture catches what it is there to catch. */
class PersistenceCheckTest {
  /** As a test would use it: this one persists what it stores. */
  @RegisterExtension final PersistenceCheck used = new PersistenceCheck(1 << 16);

  private final PersistenceCheck check = new PersistenceCheck(1 << 16);
  private MemorySegment memory = MemorySegment.NULL;

  @BeforeEach
  void begin() throws IOException {
    check.begin();
    memory = check.region().segment();
    used.region().segment().set(JAVA_LONG, 512, 1);
    used.persister().persist(512, 8);
  }

  private String failure() {
    return Messages.of(assertThrows(AssertionError.class, () -> check.end(true)));
  }

  @Test
  @DisplayName("Exact flushes pass")
  void exactFlushesPass() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    memory.set(JAVA_LONG, 128, 2);
    check.persister().flush(64, 72);
    check.persister().drain();
    check
        .persister()
        .copyPersist(4096, MemorySegment.ofArray(new byte[1000]).fill((byte) 1), 0, 1000);
    check.persister().fillPersist(8192, 70, (byte) 3);
    check.end(true);
  }

  @Test
  @DisplayName("Missing flush is caught")
  void missingFlushIsCaught() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    memory.set(JAVA_LONG, 4096, 2);
    check.persister().persist(64, 8);
    String said = failure();
    assertTrue(said.contains("not sufficient") && said.contains("[4096]"), said);
  }

  @Test
  @DisplayName("Store behind the flush is caught")
  void storeBehindTheFlushIsCaught() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    check.persister().flush(64, 8);
    memory.set(JAVA_LONG, 72, 2);
    check.persister().drain();
    assertTrue(failure().contains("[64]"));
  }

  @Test
  @DisplayName("Missing drain is caught")
  void missingDrainIsCaught() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    check.persister().flush(64, 8);
    assertTrue(failure().contains("no durability point"));
  }

  @Test
  @DisplayName("Superfluous flush is caught")
  void superfluousFlushIsCaught() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    check.persister().persist(64, 128);
    String said = failure();
    assertTrue(said.contains("not efficient") && said.contains("[128]"), said);
  }

  @Test
  @DisplayName("Flush behind a persisting copy is caught")
  void flushBehindAPersistingCopyIsCaught() throws IOException {
    check.persister().fillPersist(0, 64, (byte) 1);
    check.persister().persist(0, 64);
    assertTrue(failure().contains("not efficient"));
  }

  @Test
  @DisplayName("Stores behind the last durability point are nobodys business")
  void storesBehindTheLastDurabilityPointAreNobodysBusiness() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    check.persister().persist(64, 8);
    memory.set(JAVA_LONG, 256, 2);
    check.end(true);
  }

  @Test
  @DisplayName("Test that fails by itself is left alone")
  void testThatFailsByItselfIsLeftAlone() throws IOException {
    memory.set(JAVA_LONG, 64, 1);
    check.persister().drain();
    Region region = check.region();
    check.end(false);
    assertFalse(region.isOpen());
    assertEquals(1, used.region().segment().get(JAVA_LONG, 512));
  }
}
