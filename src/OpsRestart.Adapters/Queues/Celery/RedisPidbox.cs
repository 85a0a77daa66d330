using System.Diagnostics;
using System.Globalization;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Celery's control protocol over Redis: a PUBLISH out, replies in a list of our own. PUBLISH returns how many workers got it, so the wait
/// ends with the last reply instead of a time-out. Replies wait on a connection of their own with BLPOP: workers use BRPOP, so the two can't be confused.
/// </summary>
internal sealed class RedisPidbox : IAsyncDisposable
{
    // Longer than a healthy loop ever takes, so that a refused content type is told from a slow worker.
    private static readonly TimeSpan RefusalDeadline = TimeSpan.FromMilliseconds(300);
    private readonly string replyName = $"opsrestart-{Guid.NewGuid()}.reply.celery.pidbox";
    private readonly RedisLine sender;
    private readonly RedisLine replies;
    private readonly Func<RedisLayout> layout;
    private readonly CelerySettings settings;
    private string? contentType;
    private bool late;
    private bool wholeSeconds;

    /// <param name="sender">Shared with the transport, which owns it.</param>
    /// <param name="endpoint">Where replies are waited for.</param>
    /// <param name="layout">The names in use now.</param>
    /// <param name="settings">The content type, if it was given.</param>
    public RedisPidbox(RedisLine sender, RedisEndpoint endpoint, Func<RedisLayout> layout, CelerySettings settings)
    {
        this.sender = sender;
        this.layout = layout;
        this.settings = settings;
        replies = new RedisLine(endpoint);
        contentType = settings.ContentType;
    }

    private string ReplyKey => layout().Prefix + replyName;

    public async Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(IReadOnlyList<PidboxRequest> requests, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (contentType is { } known)
        {
            return await SendAsync(requests, known, deadline, cancellationToken).ConfigureAwait(false);
        }

        var guess = await PeekContentTypeAsync(cancellationToken).ConfigureAwait(false) ?? PidboxEnvelope.Json;
        var results = await SendAsync(requests, guess, deadline, cancellationToken).ConfigureAwait(false);
        if (results.Any(static r => r.Replies.Count > 0))
        {
            contentType = guess;
        }
        else if (results.Any(static r => r.Expected > 0) && await OtherTypeAsync(guess, cancellationToken).ConfigureAwait(false) is { } other)
        {
            contentType = other;
            return await SendAsync(requests, other, deadline, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            var connection = await sender.GetAsync(limit.Token).ConfigureAwait(false);
            List<RedisCommand> commands = [new("DEL", ReplyKey)];
            if (late)
            {
                // A late reply would make a new list that lives for ever; put into this one, it expires with it.
                commands.AddRange([new("LPUSH", ReplyKey, "x"), new("EXPIRE", ReplyKey, 300)]);
            }

            await connection.PipelineAsync(commands, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
            // The broker is away, and the list with it.
        }

        await replies.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BroadcastResult>> SendAsync(IReadOnlyList<PidboxRequest> requests, string type, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var waiter = await replies.GetAsync(cancellationToken).ConfigureAwait(false);
        var connection = await sender.GetAsync(cancellationToken).ConfigureAwait(false);
        var pending = requests.Select(static r => new Pending(r, Guid.NewGuid())).ToList();
        var published = await connection.PipelineAsync([.. pending.Select(p => Publish(p, type))], cancellationToken).ConfigureAwait(false);
        foreach (var (one, reply) in pending.Zip(published))
        {
            one.Receivers = reply.Error is { } error ? throw RedisException.From(error, "PUBLISH", connection.Endpoint) : (int)reply.Integer;
        }

        await CollectAsync(waiter, pending, deadline, cancellationToken).ConfigureAwait(false);
        late |= pending.Any(static p => !p.IsComplete);
        return [.. pending.Select(static p => new BroadcastResult(p.Request, p.Receivers, p.Expected, p.Replies))];
    }

    private RedisCommand Publish(Pending one, string type)
    {
        var names = layout();
        var body = PidboxEnvelope.Body(one.Request, one.Ticket, replyName);
        return new("PUBLISH", names.ControlChannel, PidboxEnvelope.ForRedis(body, type, names.ControlExchange, Guid.NewGuid()));
    }

    private async Task CollectAsync(RedisConnection waiter, List<Pending> pending, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var byTicket = pending.ToDictionary(static p => p.Ticket.ToString(), StringComparer.Ordinal);
        while (pending.Any(static p => !p.IsComplete))
        {
            var left = deadline - Stopwatch.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || await PopAsync(waiter, left, cancellationToken).ConfigureAwait(false) is not { } element)
            {
                return;
            }

            if (PidboxReply.FromRedis(element.Span) is var (ticket, reply) && byTicket.TryGetValue(ticket, out var one))
            {
                one.Replies.Add(reply);
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>?> PopAsync(RedisConnection waiter, TimeSpan left, CancellationToken cancellationToken)
    {
        var seconds = wholeSeconds ? Math.Ceiling(left.TotalSeconds) : Math.Max(0.001, left.TotalSeconds);
        var reply = await waiter.SendAsync(new("BLPOP", ReplyKey, seconds.ToString("0.###", CultureInfo.InvariantCulture)), left + RedisConnection.DefaultPatience, cancellationToken).ConfigureAwait(false);
        if (reply.Error is { } error)
        {
            // Redis before 6.0 takes whole seconds only.
            if (wholeSeconds || !error.Message.Contains("integer", StringComparison.Ordinal))
            {
                throw RedisException.From(error, "BLPOP", waiter.Endpoint);
            }

            wholeSeconds = true;
            return await PopAsync(waiter, left, cancellationToken).ConfigureAwait(false);
        }

        return reply.Items.Count == 2 ? reply.Items[1].Bytes : null;
    }

    // Task messages show what their workers accept. Only JSON counts: a worker that takes pickle takes JSON for control too, or nothing of ours.
    private async Task<string?> PeekContentTypeAsync(CancellationToken cancellationToken)
    {
        var names = layout();
        var connection = await sender.GetAsync(cancellationToken).ConfigureAwait(false);
        List<RedisCommand> commands = [.. settings.QueueHints.Append("celery").Append("default").Distinct().Select(q => new RedisCommand("LINDEX", names.Prefix + q, 0))];
        commands.Add(new("HSCAN", names.Unacked, 0, "COUNT", 1));
        var found = await connection.PipelineAsync(commands, cancellationToken).ConfigureAwait(false);
        var waiting = found.Take(found.Count - 1).Where(static r => r.Kind == RedisReplyKind.Bulk).Select(static r => CeleryMessage.Parse(r.Bytes.Span));
        var held = found[^1].Items.ElementAtOrDefault(1)?.Items.ElementAtOrDefault(1) is { } raw ? RedisMessages.ParseHeld("", raw.Bytes).Message : null;
        return waiting.Append(held).Select(static m => m?.ContentType).FirstOrDefault(static t => t is not null && t.Contains("json", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<string?> OtherTypeAsync(string guess, CancellationToken cancellationToken)
    {
        var other = guess == PidboxEnvelope.Json ? PidboxEnvelope.NautobotJson : PidboxEnvelope.Json;
        var results = await SendAsync([PidboxRequest.Ping], other, RefusalDeadline, cancellationToken).ConfigureAwait(false);
        return results[0].Replies.Count > 0 ? other : null;
    }

    private sealed class Pending(PidboxRequest request, Guid ticket)
    {
        public PidboxRequest Request { get; } = request;

        public Guid Ticket { get; } = ticket;

        public int Receivers { get; set; }

        public List<PidboxReply> Replies { get; } = [];

        // Everybody gets a message with a destination; only those named answer.
        public int Expected => Request.Destination is { } nodes ? Math.Min(nodes.Count, Receivers) : Receivers;

        public bool IsComplete => Replies.Count >= Expected;
    }
}
