package io.jdax;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Flight Recorder's view of what is done: the events of some names, in order. */
public final class RecordedEvents {
  /** What is recorded. */
  public interface Body {
    void run() throws IOException;
  }

  private RecordedEvents() {}

  /** Runs something, and returns the events of this thread that it made. */
  public static List<RecordedEvent> of(Body body, String... names) throws IOException {
    Path file = Files.createTempFile("events", ".jfr");
    try (Recording recording = new Recording()) {
      for (String name : names) {
        recording.enable(name);
      }
      recording.start();
      body.run();
      recording.stop();
      recording.dump(file);
      List<RecordedEvent> events = new ArrayList<>();
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        if (List.of(names).contains(event.getEventType().getName())
            && event.getThread().getJavaThreadId() == Thread.currentThread().threadId()) {
          events.add(event);
        }
      }
      events.sort(Comparator.comparing(RecordedEvent::getEndTime));
      return events;
    } finally {
      Files.delete(file);
    }
  }

  /** An event as text: its name and some of its fields. */
  public static String text(RecordedEvent event, String... fields) {
    StringBuilder text = new StringBuilder(event.getEventType().getName());
    for (String field : fields) {
      Object value = event.getValue(field);
      text.append(' ').append(value);
    }
    return text.toString();
  }
}
