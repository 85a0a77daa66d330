namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Alone: memory, descriptors and processes of the whole process are counted.</summary>
[CollectionDefinition(nameof(HostileCollection), DisableParallelization = true)]
public sealed class HostileCollection;
