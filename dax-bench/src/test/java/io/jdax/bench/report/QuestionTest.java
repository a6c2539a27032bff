package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.shape.Catalogue;
import io.jdax.bench.shape.Peer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuestionTest {
  @Test
  @DisplayName("There are twenty questions, each about jdax beside something else")
  void thereAreTwentyQuestions() {
    Set<String> ids = new HashSet<>();
    for (Question q : Question.all()) {
      assertTrue(ids.add(q.id()), q.id());
      assertEquals(Peer.JDAX, Catalogue.named(q.benchmark()).by(), q.id());
      assertTrue(Catalogue.named(q.baseline()).by() != Peer.JDAX, q.id());
      assertTrue(!q.text().isEmpty() && !q.beside().isEmpty(), q.id());
    }
    assertEquals(20, ids.size());
  }

  @Test
  @DisplayName("A card says how often as fast, how often as long, or as fast as")
  void aCardSaysHowOftenAsFastOrAsLong() {
    assertEquals("5.00 × as fast as", card(0.2).verdict());
    assertEquals("1.50 × as long as", card(1.5).verdict());
    assertEquals("as fast as", card(1.04).verdict());
  }

  @Test
  @DisplayName("Cards are answers of rows that were measured on both sides")
  void cardsAreAnswersOfRowsThatWereMeasured() {
    Question asked = new Question("a", "a <store>", "C", Rows.jdax().id(), Rows.c().id());
    List<Card> cards = Card.ofRows(Rows.measured(), List.of(asked));
    assertEquals(0.8, cards.getFirst().ratio(), 1e-9);
    assertTrue(cards.getFirst().html().contains("a &lt;store&gt;"), cards.getFirst().html());
    assertEquals(List.of(), Card.ofRows(Rows.withoutC(), List.of(asked)));
    assertEquals(1, Card.ofPairs(List.of(Rows.pair("a"), Rows.absent("b"))).size());
  }

  @Test
  @DisplayName("The table of answers has times with units, and says what is noisy or absent")
  void theTableOfAnswersHasTimesWithUnits() {
    String table =
        new PairTable(
                List.of(Rows.pair("a"), Rows.pair("b", 50, 50, 50, 500, 500), Rows.absent("c")))
            .toString();
    assertTrue(table.contains("102 ns"), table);
    assertTrue(table.contains("101 to 107 ns"), table);
    assertTrue(table.contains("2.04 ×  2.02 to 2.14"), table);
    assertTrue(table.contains("noisy"), table);
    assertTrue(table.contains("not installed"), table);
  }

  private static Card card(double ratio) {
    return new Card("a", 1, "b", 1, ratio, "");
  }
}
