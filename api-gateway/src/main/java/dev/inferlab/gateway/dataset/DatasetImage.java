package dev.inferlab.gateway.dataset;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;

/** An image and where its bytes lie in the dataset's zip file. */
@Entity
@Table(name = "dataset_image")
@IdClass(DatasetImage.Key.class)
class DatasetImage {
  @Id
  @Column(name = "dataset_id")
  UUID datasetId;

  @Id int position;
  String name;
  String format;
  int width;
  int height;

  @Column(name = "size_bytes")
  long sizeBytes;

  @Column(name = "data_offset")
  long dataOffset;

  /** What tells images from each other. */
  record Key(UUID datasetId, int position) implements Serializable {}
}
