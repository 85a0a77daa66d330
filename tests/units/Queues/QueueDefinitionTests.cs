using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Queues;

public sealed class QueueDefinitionTests
{
    private static readonly WorkQueueFactory Factory = new([
        new CeleryKind(new NoStore(), TimeProvider.System),
        new RqKind(TimeProvider.System),
    ]);

    [Theory]
    [InlineData("celery", "redis://localhost:6379/0", "")]
    [InlineData("celery", "redis://:${env:HOME}@localhost/0", "")]
    [InlineData("celery", "${env:HOME}", "")]
    [InlineData("celery", "redis://:${env:OPSRESTART_NO_SUCH}@localhost/0", "MissingSecret")]
    [InlineData("celery", "redis://localhost:x", "InvalidBroker")]
    [InlineData("rq", "amqp://localhost", "InvalidBroker")]
    [InlineData("sidekiq", "redis://localhost", "UnknownQueueSystem")]
    public void Finds_what_is_wrong_with_a_queue(string system, string broker, string code) =>
        Assert.Equal(
            code,
            string.Join(
                ',',
                Factory
                    .Validate(
                        new GraphQueue
                        {
                            Name = "q",
                            System = system,
                            Broker = broker,
                            Line = 7,
                        }
                    )
                    .Select(static f => f.Code)
            )
        );

    [Fact]
    public void Names_the_settings_that_a_system_knows()
    {
        var finding = Assert.Single(
            Factory.Validate(
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = "redis://h",
                    Line = 7,
                    Settings = new Dictionary<string, object?> { ["keyprefix"] = "x", ["keyPrefix"] = "x" },
                }
            )
        );
        Assert.Equal(("UnknownKey", 7), (finding.Code, finding.Line));
        Assert.Contains("keyPrefix", finding.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DrainLevel.Drained, false, "")]
    [InlineData(DrainLevel.None, false, "")]
    [InlineData(DrainLevel.Executing, false, "CannotSuspend")]
    [InlineData(DrainLevel.None, true, "CannotSuspend")]
    public void A_drain_that_needs_a_suspension_is_refused_where_the_system_has_none(DrainLevel level, bool suspend, string code)
    {
        var factory = new WorkQueueFactory([new RabbitMqKind(TimeProvider.System), new RqKind(TimeProvider.System)]);
        var queue = new GraphQueue
        {
            Name = "q",
            System = "rabbitmq",
            Broker = "amqp://localhost",
            Drain = level,
            Suspend = suspend,
        };
        Assert.Equal(code, string.Join(',', factory.Validate(queue).Select(static f => f.Code)));
        Assert.Empty(factory.Validate(queue with { System = "rq", Broker = "redis://localhost" }));
    }

    [Fact]
    public async Task An_unknown_system_can_not_be_opened() =>
        Assert.Equal(
            OpsError.InvalidArgument,
            (
                await Assert.ThrowsAsync<OpsRestartException>(() =>
                    Factory.OpenAsync(
                        new GraphQueue
                        {
                            Name = "q",
                            System = "x",
                            Broker = "redis://h",
                        },
                        default
                    )
                )
            ).Error
        );

    [Theory]
    [InlineData("celery", "redis://localhost", "workers", "a@*", "")]
    [InlineData("celery", "redis://localhost", "worker", "a@*", "UnknownKey")]
    [InlineData("celery", "redis://localhost", "minimum", "many", "BadValue")]
    [InlineData("celery", "mqtt://localhost", "workers", "a", "InvalidTarget")]
    [InlineData("rq", "redis://localhost", "queues", "default", "")]
    [InlineData("rq", "redis://localhost", "minimum", "-1", "BadValue")]
    [InlineData("backlog", "redis://localhost", "max", "10", "")]
    [InlineData("backlog", "redis://localhost", "maxAge", "soon", "BadValue")]
    [InlineData("backlog", "redis://localhost", "system", "sidekiq", "UnknownQueueSystem")]
    public void Finds_what_is_wrong_with_a_probe(string kind, string target, string key, string value, string code)
    {
        var definition = new ProbeDefinition
        {
            Kind = kind,
            Target = target,
            Settings = new Dictionary<string, object?> { [key] = value },
        };
        var findings = Check.Factory.Validate(definition);
        Assert.Equal(code, string.Join(',', findings.Select(static f => f.Code)));
        if (code.Length > 0)
        {
            Assert.Equal(
                OpsError.InvalidGraph,
                Assert.Throws<OpsRestartException>(() => Check.Factory.Create(definition, ProbeContext.None)).Error
            );
        }
    }

    private sealed class NoStore : ISuspensionStore
    {
        public void Save(QueueSuspension suspension) { }

        public void Remove(string id) { }

        public IReadOnlyList<SuspensionRecord> List() => [];
    }
}
