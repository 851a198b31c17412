package dev.inferlab.platform;

import dev.inferlab.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  @Test
  void hold() {
    HouseRules.module("platform").check();
  }
}
