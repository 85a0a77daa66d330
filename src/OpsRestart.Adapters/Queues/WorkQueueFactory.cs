using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues;

/// <summary>Opens queue systems by their kind and their broker's address.</summary>
internal sealed class WorkQueueFactory(ISuspensionStore suspensions, TimeProvider time) : IWorkQueueFactory
{
    public IReadOnlyList<GraphFinding> Validate(GraphQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var findings = new List<GraphFinding>();
        switch (queue.System)
        {
            case CelerySystem.Kind:
                findings.AddRange(RedisFindings(queue));
                findings.AddRange(UnknownSettings(queue, CelerySettings.Keys));
                break;
            case "rq" or "rabbitmq":
                break;
            default:
                findings.Add(Finding(queue, "UnknownQueueSystem", $"Queue '{queue.Name}': '{queue.System}' is no queue system.", "Use celery, rq or rabbitmq."));
                break;
        }

        return findings;
    }

    public Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return Task.FromResult<IWorkQueueSystem>(queue.System switch
        {
            CelerySystem.Kind => Celery(queue),
            _ => throw new OpsRestartException(OpsError.InvalidArgument, $"'{queue.System}' is no queue system.", queue.Name, "Use celery, rq or rabbitmq."),
        });
    }

    private CelerySystem Celery(GraphQueue queue)
    {
        var settings = CelerySettings.From(queue.Settings, queue.Queues);
        var endpoint = RedisEndpoint.Parse(queue.Broker, SecretResolver.Resolve);
        return new CelerySystem(() => new RedisTransport(endpoint, settings), settings, suspensions, time);
    }

    private static IEnumerable<GraphFinding> RedisFindings(GraphQueue queue)
    {
        foreach (var missing in SecretResolver.Missing(queue.Broker))
        {
            yield return Finding(queue, "MissingSecret", $"Queue '{queue.Name}': {missing} is not set or not readable.", "Set the variable, or create the file.");
        }

        if (BrokerError(queue) is { } error)
        {
            yield return Finding(queue, "InvalidBroker", $"Queue '{queue.Name}': {error.Message}", error.Advice);
        }
    }

    private static OpsRestartException? BrokerError(GraphQueue queue)
    {
        try
        {
            // A placeholder stands for itself here: no secret is read for a validation.
            _ = RedisEndpoint.Parse(queue.Broker, static t => t);
            return null;
        }
        catch (OpsRestartException e)
        {
            return e;
        }
    }

    private static IEnumerable<GraphFinding> UnknownSettings(GraphQueue queue, IReadOnlyList<string> known) =>
        queue.Settings.Keys.Where(k => !known.Contains(k)).Select(k => Finding(queue, "UnknownKey", $"Queue '{queue.Name}' has no setting '{k}'.", $"Known: {string.Join(", ", known)}."));

    private static GraphFinding Finding(GraphQueue queue, string code, string message, string? advice) =>
        new() { Code = code, Message = message, Advice = advice, Target = queue.Name, Line = queue.Line };
}
