package dev.inferlab.deploy.monitoring;

import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.nio.file.Path;
import java.util.Map;

/** The lines that the README tells a newcomer to type, on a lab that is up already. */
final class ReadmeWalk {
  private ReadmeWalk() {}

  static Tool.Result run(int port) throws Exception {
    String readme = Repository.text(Repository.root().resolve("README.md"));
    int begin = readme.indexOf("```sh\n./inferlab up\n");
    String lines =
        readme
            .substring(begin, readme.indexOf("\n```", begin + 5))
            .replace("```sh\n./inferlab up\n", "");
    Map<String, String> environment =
        Map.of("INFERLAB_PORT", Integer.toString(port), "INFERLAB_CACHE", cache().toString());
    return Tool.run(Repository.root(), environment, "timeout", "240", "bash", "-c", lines);
  }

  static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache == null
        ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
        : Path.of(cache);
  }
}
