package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.demo.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedLab.class)
class EventsTest {

  @Test
  void aClientThatComesBackMissesNothingAndSeesNothingTwice(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project = ExperimentsTest.testProject(lab, bench, "events");
    String experiment = bench.submit(project, "sleep", Map.of("millis", 1_500));
    String path = "/events?experimentId=" + experiment;

    List<EventStream.Event> whole = new ArrayList<>();
    new EventStream(lab.client(), path, "0").read(event -> goOn(whole, event));
    assertThat(states(whole)).containsExactly("QUEUED", "RUNNING", "SUCCEEDED");
    assertThat(whole).extracting(EventStream.Event::type).contains("experiment.progress");
    assertThat(whole).extracting(EventStream.Event::id).doesNotHaveDuplicates();

    for (int taken = 1; taken < whole.size(); taken++) {
      List<EventStream.Event> rest = new ArrayList<>();
      new EventStream(lab.client(), path, whole.get(taken - 1).id())
          .read(event -> goOn(rest, event));
      assertThat(rest).isEqualTo(whole.subList(taken, whole.size()));
    }
  }

  private static boolean goOn(List<EventStream.Event> seen, EventStream.Event event) {
    seen.add(event);
    return !event.data().path("state").asText().equals("SUCCEEDED");
  }

  private static List<String> states(List<EventStream.Event> events) {
    return events.stream()
        .filter(event -> event.type().equals("experiment.state"))
        .map(event -> event.data().path("state").asText())
        .toList();
  }
}
