package dev.inferlab.gateway.dataset;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An image as lists show it; sizes in pixels. */
@Schema(name = "DatasetImage")
public record ImageView(String name, String format, int width, int height, long sizeBytes) {
  static ImageView of(DatasetImage row) {
    return new ImageView(row.name, row.format, row.width, row.height, row.sizeBytes);
  }
}
