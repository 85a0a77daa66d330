using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "BackgroundTask")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestBackgroundTaskCommand : TestNumberCommand
{
    /// <summary>The brokers' URIs: <c>redis://localhost/0</c>, <c>amqp://localhost</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Target", "Uri")]
    public string[] Broker { get; set; } = [];

    /// <summary>The task as its workers know it; of RQ a function with its module. It really runs: take one that does nothing.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string Name { get; set; } = "";

    /// <summary>A task for each of these queues. Default: celery, for RQ default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting("queues")]
    public string[] Queue { get; set; } = [];

    /// <summary>Its positional arguments, as texts.</summary>
    [Parameter]
    [ProbeSetting("arguments")]
    public string[] Argument { get; set; } = [];

    /// <summary>celery (default) or rq.</summary>
    [Parameter]
    [ValidateSet("celery", "rq")]
    [ProbeSetting]
    public string? System { get; set; }

    /// <summary>Celery's result backend, a Redis database. Default: the broker, where that is Redis.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Result { get; set; }

    /// <summary>Of RQ: what the workers unpack jobs with.</summary>
    [Parameter]
    [ValidateSet("pickle", "json")]
    [ProbeSetting]
    public string? Serializer { get; set; }

    private protected override string Kind => "task";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromSeconds(30);

    private protected override IEnumerable<string> Targets => Broker;
}
