namespace OpsRestart.Tests.System.Stacks;

/// <summary>As <see cref="NautobotCollection"/>.</summary>
[CollectionDefinition("frappe-supervisor", DisableParallelization = true)]
public sealed class FrappeSupervisorCollection : ICollectionFixture<FrappeSupervisorStack>;
