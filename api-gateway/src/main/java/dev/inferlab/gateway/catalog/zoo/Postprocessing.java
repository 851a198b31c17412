package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What happens to the files after their download.
 *
 * @param type "unpack_archive" or "regex_replace"
 * @param format of the archive: "zip", "tar" or "gztar"
 * @param pattern as Python's {@code re} reads it
 * @param count exact number of replacements; null or 0: at least one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Postprocessing(
    String type, String file, String format, String pattern, String replacement, Integer count) {
  public static final String UNPACK = "unpack_archive";
  public static final String REPLACE = "regex_replace";
}
