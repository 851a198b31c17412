package dev.inferlab.gateway.upload;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets housekeeping remove uploads that nobody finished or used in time. */
@ApplicationScoped
public class UploadExpiry {
  private final Uploads uploads;

  UploadExpiry(Uploads uploads) {
    this.uploads = uploads;
  }

  public Uni<Void> expire() {
    return uploads.expire();
  }
}
