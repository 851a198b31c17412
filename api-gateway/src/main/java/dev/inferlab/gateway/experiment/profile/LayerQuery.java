package dev.inferlab.gateway.experiment.profile;

import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.proto.job.v1.LayerTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Filters and sorts a table of layers; it is one artifact, so this happens in memory. */
public record LayerQuery(
    Optional<String> name,
    Optional<String> type,
    Optional<String> precision,
    Optional<String> status,
    Optional<Double> minTimeUs,
    String sort) {
  private static final Map<String, Comparator<LayerView>> ORDERS =
      Map.of(
          "order", Comparator.comparingInt(LayerView::order),
          "name", Comparator.comparing(LayerView::name),
          "type", Comparator.comparing(LayerView::type),
          "precision", Comparator.comparing(LayerView::precision),
          "timeUs", Comparator.comparingDouble(LayerView::timeUs));

  public static LayerQuery of(ListRequest request) {
    Map<String, SortKey> keys = new HashMap<>();
    ORDERS.keySet().forEach(key -> keys.put(key, SortKey.text(key)));
    return new LayerQuery(
        request.text("name"),
        request.text("type"),
        request.text("precision"),
        request.text("status"),
        request.number("minTimeUs"),
        request.sort(keys, "order"));
  }

  public List<LayerView> apply(LayerTable table) {
    boolean descending = sort.startsWith("-");
    Comparator<LayerView> order = ORDERS.get(descending ? sort.substring(1) : sort);
    return table.getLayersList().stream()
        .map(LayerView::of)
        .filter(this::matches)
        .sorted((descending ? order.reversed() : order).thenComparingInt(LayerView::order))
        .toList();
  }

  private boolean matches(LayerView layer) {
    return name.map(part -> lower(layer.name()).contains(lower(part))).orElse(true)
        && type.map(layer.type()::equalsIgnoreCase).orElse(true)
        && precision.map(layer.precision()::equalsIgnoreCase).orElse(true)
        && status.map(layer.status()::equalsIgnoreCase).orElse(true)
        && minTimeUs.map(least -> layer.timeUs() >= least).orElse(true);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
