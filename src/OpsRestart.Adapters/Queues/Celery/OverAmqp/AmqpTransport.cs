using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OpsRestart.Adapters.Amqp;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>
/// Celery on RabbitMQ. With the management API and classic queues the broker shows everything; else workers are asked for what it does not
/// show.
/// </summary>
internal sealed class AmqpTransport : ICeleryTransport
{
    private const string EventExchange = "celeryev";

    // Only shown to people while tasks wait.
    private static readonly TimeSpan HeldMayBe = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromMilliseconds(300);

    // quorum_tick_interval, by which quorum queues count what was delivered.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    private readonly AmqpLine _line;
    private readonly QueueCounter _counter;
    private readonly LiveQueues _live;
    private readonly ManagementAccess _management;
    private readonly AmqpPidbox _pidbox;
    private readonly AmqpWorkerConnections _connections;
    private readonly AmqpDelayedTasks _delayed;
    private readonly TimeProvider _time;
    private long _held;
    private long? _heldAt;

    public AmqpTransport(AmqpEndpoint endpoint, CelerySettings settings, TimeProvider time)
    {
        _time = time;
        _line = new AmqpLine(endpoint);
        _counter = new QueueCounter(_line);
        _live = new LiveQueues(_counter);
        _management = new ManagementAccess(endpoint, settings.Management, time);
        _pidbox = new AmqpPidbox(_line, _management, settings, time);
        _connections = new AmqpWorkerConnections(settings.ControlExchange);
        _delayed = new AmqpDelayedTasks(_counter.CountAsync, time);
        Settings = settings;
    }

    public string Broker => _line.Endpoint.Display;

    public CelerySettings Settings { get; }

    public int Interruptions => _line.Interruptions;

    /// <summary>Nothing: on AMQP names do not depend on transport options.</summary>
    public void Learn(ForeignJson stats) { }

    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(TimeSpan? longestTask, CancellationToken cancellationToken) =>
        await _management.FindAsync(cancellationToken).ConfigureAwait(false) is not null
            ? []
            :
            [
                new GraphFinding
                {
                    Severity = FindingSeverity.Warning,
                    Code = "NoManagementApi",
                    Message =
                        $"What workers at {Broker} hold is known only from themselves: {_management.WhyNot}. A worker on another host "
                        + "that shuts down can't be seen to have ended.",
                    Target = Broker,
                    Advice =
                        "Enable the management API (rabbitmq-plugins enable rabbitmq_management), and give this user the tag monitoring.",
                },
            ];

    public Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    ) => _pidbox.BroadcastAsync(requests, deadline, cancellationToken);

    public async Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var ready = 0L;
        foreach (var queue in queues)
        {
            ready += (await _counter.CountAsync(queue, cancellationToken).ConfigureAwait(false))?.Ready ?? 0;
        }

        if (_heldAt is not { } at || _time.GetElapsedTime(at) >= HeldMayBe)
        {
            var totals = await ReadAsync(queues, cancellationToken).ConfigureAwait(false);
            _held = totals.Values.Sum(static q => q.Unacked ?? 0);
            _heldAt = _time.GetTimestamp();
        }

        return (ready, _held);
    }

    public Task<long> CountDelayedAsync(CancellationToken cancellationToken) => _delayed.CountAsync(cancellationToken);

    public async Task<BrokerLook> LookAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        // Connections before totals: a worker whose connection is gone by then has published all that it ever will.
        var api = await _management.FindAsync(cancellationToken).ConfigureAwait(false);
        var consumers = api is null ? null : await _connections.FindAsync(api, queues, cancellationToken).ConfigureAwait(false);
        var totals = await _live.ReadAsync(api, queues, null, cancellationToken).ConfigureAwait(false);
        var sight = SightOf(consumers is not null, [.. totals.Values]);
        var period =
            sight == BrokerSight.Full || queues.Count == 0 ? null : await SlowestPeriodAsync(cancellationToken).ConfigureAwait(false);

        // Numbers that may be a tick old are left out, and workers asked. Of tasks that wait for their rate they do not tell: then the old
        // numbers count too.
        var counted = totals.Values.Where(q => q.IsLive || period is not null).ToList();
        return new BrokerLook
        {
            Ready = totals.Values.Sum(static q => q.Ready ?? 0),
            HeldCount = counted.Sum(static q => q.Unacked ?? 0),
            HeldOf = counted.Select(static q => q.Name).ToHashSet(StringComparer.Ordinal),
            Held = null,
            Consumers = consumers,
            Sight = sight,
            HiddenFor = period is null ? TimeSpan.Zero : (api is null ? period.Value : Tick) + Margin,
            Blind = Blind(queues, totals),
        };
    }

    /// <summary>Work queues that nobody but workers consumes; what another program consumes is not Celery's.</summary>
    public async Task<IReadOnlyList<string>> FindQueuesAsync(CancellationToken cancellationToken)
    {
        if (await _management.FindAsync(cancellationToken).ConfigureAwait(false) is not { } api)
        {
            return [];
        }

        var foreign = _connections.FindForeign(await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false));
        return
        [
            .. (await api.GetQueuesAsync(cancellationToken).ConfigureAwait(false))
                .Where(q => q.IsPermanent && !foreign.Contains(q.Name) && !AmqpDelayedTasks.IsLevel(q.Name))
                .Select(static q => q.Name),
        ];
    }

    public async Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var totals = await ReadAsync(queues, cancellationToken).ConfigureAwait(false);
        return
        [
            .. queues.Select(q =>
                totals.TryGetValue(q, out var queue)
                    ? new QueueDepth(q, queue.Ready ?? 0, queue.Unacked, Freshness(queue))
                    : new QueueDepth(q, 0, null)
            ),
        ];
    }

    public async Task<IReadOnlyDictionary<string, int>?> CountConsumersAsync(
        IReadOnlyList<string> queues,
        CancellationToken cancellationToken
    )
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            foreach (var queue in queues)
            {
                counts[queue] = (await _counter.CountAsync(queue, cancellationToken).ConfigureAwait(false))?.Consumers ?? 0;
            }
        }
        catch (AmqpException e) when (e.Error == OpsError.AccessDenied)
        {
            return null;
        }

        return counts;
    }

    /// <exception cref="CeleryException">InvalidArgument, always: RabbitMQ shows a message only by delivering it.</exception>
    public Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken) =>
        throw new CeleryException(
            OpsError.InvalidArgument,
            $"Waiting tasks at {Broker} can't be listed: RabbitMQ shows a message only by delivering it, which changes it and "
                + "disturbs the workers.",
            queue,
            "Look at how many wait, and at what the workers have."
        );

    /// <summary>None: RabbitMQ counts them and does not show them.</summary>
    public Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HeldMessage>>([]);

    public Task<long> ClearAsync(string queue, CancellationToken cancellationToken) =>
        _line.UseAsync(
            $"purging queue '{queue}'",
            queue,
            async (channel, token) => (long)await channel.QueuePurgeAsync(queue, token).ConfigureAwait(false),
            cancellationToken
        );

    /// <summary>False: one message can't be taken out. Workers refuse a revoked task when it comes to them.</summary>
    public Task<bool> RemoveAsync(string id, IReadOnlyList<string> queues, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>False: RabbitMQ itself puts back what a worker held, the moment its connection is gone.</summary>
    public Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken) => Task.FromResult(false);

    public async IAsyncEnumerable<string> WatchWorkersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateUnbounded<string>();
        var channel = await _line.OpenChannelAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            channel.ChannelShutdownAsync += (_, _) => Task.FromResult(events.Writer.TryComplete());
            await _line
                .GuardAsync(
                    $"listening to {EventExchange}",
                    EventExchange,
                    () => ListenAsync(channel, events.Writer, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            await foreach (var what in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return what;
            }
        }
        finally
        {
            await _line.LeaveAsync(channel).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pidbox.DisposeAsync().ConfigureAwait(false);
        await _counter.DisposeAsync().ConfigureAwait(false);
        await _line.DisposeAsync().ConfigureAwait(false);
        _management.Dispose();
    }

    private static async Task<string> ListenAsync(IChannel channel, ChannelWriter<string> events, CancellationToken cancellationToken)
    {
        var queue = await channel
            .QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        await channel
            .QueueBindAsync(queue.QueueName, EventExchange, "worker.online", cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) => Task.FromResult(events.TryWrite(message.RoutingKey));
        return await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<string, QueueTotals>> ReadAsync(
        IReadOnlyList<string> queues,
        CancellationToken cancellationToken
    ) =>
        await _live
            .ReadAsync(await _management.FindAsync(cancellationToken).ConfigureAwait(false), queues, null, cancellationToken)
            .ConfigureAwait(false);

    private async Task<TimeSpan?> SlowestPeriodAsync(CancellationToken cancellationToken)
    {
        var registered = (await _pidbox.BroadcastAsync([PidboxRequest.Registered], ReplyDeadline, cancellationToken).ConfigureAwait(false))[
            0
        ];
        return AmqpRateLimits.SlowestPeriod(registered.Answers.Select(static r => r.Value));
    }

    private static string? Blind(IReadOnlyList<string> queues, IReadOnlyDictionary<string, QueueTotals> totals) =>
        queues.FirstOrDefault(q => !totals.ContainsKey(q)) is { } missing ? $"queue '{missing}' does not exist, or its node is down"
        : totals.Values.FirstOrDefault(static q => q.Ready is null) is { } silent
            ? $"queue '{silent.Name}' does not tell its numbers: its node may be down"
        : null;

    /// <summary>Where no queue is known, nothing was counted: what workers hold has to be asked of them.</summary>
    internal static BrokerSight SightOf(bool seesConnections, IReadOnlyCollection<QueueTotals> totals) =>
        seesConnections && totals.Count > 0 && totals.All(static q => q.IsLive) ? BrokerSight.Full : BrokerSight.ReadyOnly;

    private static string Freshness(QueueTotals queue) =>
        queue.IsLive ? "live"
        : queue.Type.Length == 0 ? "live; unacknowledged not visible"
        : "live; unacknowledged up to 5 s old";
}
