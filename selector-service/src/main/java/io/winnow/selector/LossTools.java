package io.winnow.selector;

import io.winnow.datasets.ShardCache;
import io.winnow.models.References;
import io.winnow.torch.engine.Torch;
import jakarta.inject.Provider;

/**
 * What computing losses requires.
 *
 * @param torch started when the first job needs it
 * @param batch losses computed in one call
 * @param checkpointLosses losses between two checkpoints
 */
record LossTools(
    RunLosses losses,
    References references,
    ShardCache cache,
    Provider<Torch> torch,
    int batch,
    long checkpointLosses) {}
