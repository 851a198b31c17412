package dev.inferlab.scheduler;

import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.job.RetryPolicy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** The pure core as beans. */
class CoreBeans {

  @Produces
  @Singleton
  JobRules jobRules(SchedulerConfig config) {
    return new JobRules(
        new RetryPolicy(config.retry().first(), config.retry().most(), new SecureRandom()));
  }
}
