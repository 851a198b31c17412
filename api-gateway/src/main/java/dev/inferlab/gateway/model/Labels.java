package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.gateway.json.JsonFields;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a model's indices mean: a list of names, or the name of a list that is known elsewhere. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(name = "Labels", description = "Either names, by index from 0, or the name of a set")
public record Labels(
    List<String> names,
    @Schema(
            description =
                "One that many models share; accuracy will take the classes' names and order from it. imagenet-1001, coco-91 and voc-21 begin with the background",
            enumeration = {
              "camvid-12",
              "cifar-10",
              "cifar-100",
              "cityscapes-19",
              "coco-80",
              "coco-91",
              "imagenet-1000",
              "imagenet-1001",
              "mnist-10",
              "voc-20",
              "voc-21"
            })
        String set) {
  private static final Set<String> SETS =
      Set.of(
          "camvid-12",
          "cifar-10",
          "cifar-100",
          "cityscapes-19",
          "coco-80",
          "coco-91",
          "imagenet-1000",
          "imagenet-1001",
          "mnist-10",
          "voc-20",
          "voc-21");
  private static final int MOST = 50_000;
  private static final int LONGEST = 200;

  static Labels read(JsonFields fields) {
    Labels labels =
        new Labels(
            fields.textList("names", MOST, LONGEST), fields.choice("set", SETS).orElse(null));
    fields.refuseUnknown();
    if (fields.has("names") == fields.has("set")) {
      fields.violation("names", "give either 'names' or 'set'");
    }
    return labels;
  }
}
