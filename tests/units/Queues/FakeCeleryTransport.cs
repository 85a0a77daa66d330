using System.Runtime.CompilerServices;
using System.Text.Json;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>A broker with workers that consume what they are told to, unless they are silent.</summary>
internal sealed class FakeCeleryTransport : ICeleryTransport
{
    /// <summary>What each worker consumes.</summary>
    public Dictionary<string, HashSet<string>> Workers { get; } = new(StringComparer.Ordinal);

    /// <summary>Workers that are connected and do not answer.</summary>
    public HashSet<string> Silent { get; } = new(StringComparer.Ordinal);

    /// <summary>Workers that are silent from the first command on that changes something.</summary>
    public HashSet<string> FallsSilent { get; } = new(StringComparer.Ordinal);

    /// <summary>Workers that answer every command, and do not consume again.</summary>
    public HashSet<string> Stubborn { get; } = new(StringComparer.Ordinal);

    /// <summary>The process of each worker, where it tells.</summary>
    public Dictionary<string, int> Processes { get; } = new(StringComparer.Ordinal);

    /// <summary>What workers have waiting inside: ids of redelivered tasks.</summary>
    public HashSet<string> Reserved { get; } = new(StringComparer.Ordinal);

    /// <summary>How long a pop stays open that can't be ended; null: as on AMQP, there are none.</summary>
    public TimeSpan? Pop { get; set; }

    /// <summary>What happens at the next question for reserved tasks.</summary>
    public Action? OnReserved { get; set; }

    /// <summary>What watching for new workers ends with.</summary>
    public Exception? WatchFails { get; set; }

    /// <summary>Commands to workers, as <c>method queue destination</c>.</summary>
    public List<string> Sent { get; } = [];

    public string Broker => "redis://localhost:6379/0";

    public int Interruptions => 0;

    public bool PopsOutlastCancel => Pop is not null;

    public Task<TimeSpan> EndPopsAsync(CancellationToken cancellationToken)
    {
        Sent.Add("end pops");
        return Task.FromResult(Pop ?? TimeSpan.Zero);
    }

    public CelerySettings Settings { get; } = new();

    public void Learn(ForeignJson stats) { }

    public Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<BroadcastResult>>([.. requests.Select(Answer)]);

    public Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BrokerLook> LookAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<string>> FindQueuesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HeldMessage>>([]);

    public Task<long> ClearAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveAsync(string id, IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<string> WatchWorkersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (WatchFails is { } failure)
        {
            throw failure;
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private BroadcastResult Answer(PidboxRequest request)
    {
        var queue = request.Arguments?["queue"]?.GetValue<string>();
        if (queue is not null)
        {
            Sent.Add($"{request.Method} {queue} {string.Join(',', request.Destination ?? [])}");
            Silent.UnionWith(FallsSilent.Where(n => request.Destination?.Contains(n) != false));
        }

        if (request.Method == "reserved")
        {
            OnReserved?.Invoke();
        }

        var asked = Workers.Keys.Where(n => request.Destination?.Contains(n) != false).ToList();
        var replies = asked.Where(n => !Silent.Contains(n)).Select(n => Reply(request.Method, n, queue)).ToList();
        return new BroadcastResult(request, Workers.Count, asked.Count, replies);
    }

    private PidboxReply Reply(string method, string node, string? queue)
    {
        if (queue is not null)
        {
            _ = method == "cancel_consumer" ? Workers[node].Remove(queue) : !Stubborn.Contains(node) && Workers[node].Add(queue);
        }

        var value = method switch
        {
            "active_queues" => JsonSerializer.SerializeToElement(Workers[node].Select(static q => new { name = q })),
            "stats" => JsonSerializer.SerializeToElement(new { pid = Processes.GetValueOrDefault(node) }),
            "reserved" => JsonSerializer.SerializeToElement(
                Reserved.Select(static id => new { id, delivery_info = new { redelivered = true } })
            ),
            _ => JsonSerializer.SerializeToElement(new { ok = "done" }),
        };
        return new PidboxReply(node, ForeignJson.From(value));
    }
}
