package dev.inferlab.gateway.dataset.image;

import java.util.Locale;
import java.util.Set;

/** Image formats that every agent can decode. */
public enum ImageFormat {
  JPEG("image/jpeg", Set.of("jpg", "jpeg", "jpe", "jfif")),
  PNG("image/png", Set.of("png")),
  BMP("image/bmp", Set.of("bmp", "dib"));

  private static final Set<String> OTHER_IMAGES =
      Set.of("gif", "webp", "tif", "tiff", "jp2", "heic", "avif", "npy", "ppm", "pgm");

  private final String mediaType;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of
  private final Set<String> extensions;

  ImageFormat(String mediaType, Set<String> extensions) {
    this.mediaType = mediaType;
    this.extensions = extensions;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Whether the name promises an image, readable here or not. */
  public static boolean isImageName(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    for (ImageFormat format : values()) {
      if (format.extensions.contains(extension)) {
        return true;
      }
    }
    return OTHER_IMAGES.contains(extension);
  }
}
