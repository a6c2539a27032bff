package io.jdax.fs;

import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The first allocation of an operation fails, then its second, and so on until there are no more.
 * An OutOfMemoryError that comes at a place of our choosing is found in milliseconds; a heap that
 * is really full is too slow, and tells nobody where it was. The first ones one by one, then every
 * third; with {@code -Djdax.test.everyStep=true} each of them.
 */
@Timeout(120)
class WantOfMemoryTest {
  private static BiConsumer<String, String> scenario;

  @BeforeAll
  @SuppressWarnings("unchecked")
  static void load() throws ReflectiveOperationException {
    scenario =
        (BiConsumer<String, String>)
            new WovenClasses()
                .loadClass(WantOfMemory.class.getName())
                .getDeclaredConstructor()
                .newInstance();
  }

  @ParameterizedTest(name = "{1} of a file that lies {0}")
  @CsvSource({
    "direct, punchHole",
    "direct, truncate",
    "direct, zeroRange",
    "direct, allocate",
    "direct, map",
    "direct, map private",
    "direct, pin",
    "direct, close mapping",
    "direct, close once",
    "cached, close once",
    "direct, close file",
    "direct, close file system",
    "direct, fsync",
    "direct, write",
    "direct, write beyond",
    "direct, append",
    "direct, store",
    "direct, copyFrom",
    "direct, load",
    "direct, create",
    "direct, rename",
    "direct, unlink",
    "direct, attribute",
    "direct, sync",
    "in small blocks, write",
    "in small blocks, write beyond",
    "in small blocks, append",
    "in small blocks, store",
    "in small blocks, fsync",
    "in small blocks, punchHole",
    "in small blocks, truncate",
    "in small blocks, zeroRange",
    "in small blocks, allocate",
    "in small blocks, close once",
    "cached, write",
    "cached, write beyond",
    "cached, write between",
    "cached, append",
    "cached, store",
    "cached, load",
    "cached, sync",
    "cached, fsync",
    "cached, punchHole",
    "cached, truncate",
    "cached, zeroRange",
    "cached, setTier",
    "cached, close file system"
  })
  @DisplayName(
      "Whichever allocation fails, mappings show what the file has, what is stored arrives, nothing"
          + " is lost, and the next call works")
  void everyAllocation(String where, String operation) {
    scenario.accept(where, operation);
  }
}
