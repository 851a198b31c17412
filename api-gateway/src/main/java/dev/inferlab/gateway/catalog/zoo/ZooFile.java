package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A file that an entry brings, from exactly one of {@code url} and {@code pypi}.
 *
 * @param name under which it is kept; may have folders in it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ZooFile(String name, long sizeBytes, Checksum checksum, String url, Pypi pypi) {
  /** The precision that the name's folder says, "" if none: {@code FP16/net.xml}. */
  public String precision() {
    int slash = name.indexOf('/');
    return slash > 0 && ZooWords.PRECISIONS.contains(name.substring(0, slash))
        ? name.substring(0, slash)
        : "";
  }
}
