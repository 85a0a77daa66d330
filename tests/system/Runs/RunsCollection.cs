namespace OpsRestart.Tests.System.Runs;

/// <summary>
/// The unit fixtures are one set for the whole host: runs that stop and kill them go one after the other, beside nothing else.
/// </summary>
[CollectionDefinition("runs", DisableParallelization = true)]
public sealed class RunsCollection;
