package dev.inferlab.gateway.catalog.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartialFilesTest {
  /** What its database does not know, a gateway removes. */
  @Test
  void labsOnOneMachineDoNotShareAFolderThatNobodyChose() {
    PartialFiles mine = new PartialFiles(Optional.empty(), "postgresql://localhost:5432/mine");
    PartialFiles again = new PartialFiles(Optional.empty(), "postgresql://localhost:5432/mine");
    PartialFiles other = new PartialFiles(Optional.empty(), "postgresql://localhost:5432/other");
    assertThat(again.folder()).isEqualTo(mine.folder());
    assertThat(other.folder()).isNotEqualTo(mine.folder());
  }
}
