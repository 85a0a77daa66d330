namespace OpsRestart.Tests.System.Amqp;

/// <summary>A node takes seconds to start, so the tests share one; they run one after the other, since some restart it.</summary>
[CollectionDefinition("rabbitmq", DisableParallelization = true)]
public sealed class RabbitCollection : ICollectionFixture<RabbitServer>;
