using System.Text;
using System.Threading.Channels;
using OpsRestart.Adapters.Amqp;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>
/// Celery's control protocol over AMQP: a message to the fanout exchange of the workers' mailboxes, replies straight to an exclusive queue
/// of our own. Nothing of Celery's is declared here: a property that differs would be an error for one of the two.
/// </summary>
internal sealed class AmqpPidbox(AmqpLine line, ManagementAccess management, CelerySettings settings, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RefusalDeadline = TimeSpan.FromMilliseconds(300);

    // Without bindings to ask, who is there shows only by who answers.
    private static readonly TimeSpan Discovery = TimeSpan.FromSeconds(1);

    // A worker that hangs is not to find a heap of old questions when it goes on. What changes something must not get lost.
    private const string QuestionsExpire = "5000";
    private static readonly HashSet<string> Questions = new(
        ["ping", "stats", "active", "reserved", "scheduled", "active_queues", "registered"],
        StringComparer.Ordinal
    );

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Channel<(string Ticket, PidboxReply Reply)> _inbox = Channel.CreateUnbounded<(string, PidboxReply)>();
    private IChannel? _replies;
    private IChannel? _sender;
    private string _replyQueue = "";
    private string? _contentType = settings.ContentType;

    private string Exchange => settings.ControlExchange + ".pidbox";

    private string MailboxSuffix => "." + Exchange;

    public async Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var type = _contentType ?? PidboxEnvelope.Json;
        var results = await SendAsync(requests, type, deadline, cancellationToken).ConfigureAwait(false);
        if (results.Any(static r => r.Replies.Count > 0))
        {
            _contentType = type;
        }
        else if (
            _contentType is null
            && results.Any(static r => r.Expected > 0)
            && await AnswersToAsync(PidboxEnvelope.NautobotJson, cancellationToken).ConfigureAwait(false)
        )
        {
            _contentType = PidboxEnvelope.NautobotJson;
            return await SendAsync(requests, _contentType, deadline, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_replies).ConfigureAwait(false);
        await CloseAsync(_sender).ConfigureAwait(false);
    }

    private async Task<bool> AnswersToAsync(string type, CancellationToken cancellationToken) =>
        (await SendAsync([PidboxRequest.Ping], type, RefusalDeadline, cancellationToken).ConfigureAwait(false))[0].Replies.Count > 0;

    private async Task<IReadOnlyList<BroadcastResult>> SendAsync(
        IReadOnlyList<PidboxRequest> requests,
        string type,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        NoteLate();
        var audience = await FindAudienceAsync(cancellationToken).ConfigureAwait(false);
        var discovering = !audience.IsCertain && audience.Nodes.Count == 0;
        var pending = requests.Select(r => new PidboxCall(r) { Expected = audience.Expect(r) }).ToList();
        foreach (var one in pending)
        {
            // Nobody's mailbox is bound: then nobody is expected, whatever was known.
            one.Receivers = await PublishAsync(one, type, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        await PidboxCall
            .CollectAsync(
                pending,
                p => p.Receivers > 0 && (discovering || !p.IsComplete),
                discovering ? Discovery : deadline,
                time,
                left => ReceiveAsync(left, cancellationToken)
            )
            .ConfigureAwait(false);
        _known.UnionWith(pending.SelectMany(static p => p.Replies).Select(static r => r.Node));
        if (!audience.IsCertain && pending.Any(static p => !p.IsComplete))
        {
            await ForgetGoneAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. pending.Select(audience.ToResult)];
    }

    private async Task<AmqpAudience> FindAudienceAsync(CancellationToken cancellationToken)
    {
        if (await management.FindAsync(cancellationToken).ConfigureAwait(false) is not { } api)
        {
            return new AmqpAudience(_known.ToHashSet(StringComparer.Ordinal), IsCertain: false);
        }

        var mailboxes = await api.GetBoundQueuesAsync(Exchange, cancellationToken).ConfigureAwait(false);
        return new AmqpAudience(
            mailboxes
                .Where(m => m.EndsWith(MailboxSuffix, StringComparison.Ordinal))
                .Select(m => m[..^MailboxSuffix.Length])
                .ToHashSet(StringComparer.Ordinal),
            IsCertain: true
        );
    }

    /// <summary>False: no mailbox got it. The broker confirms only after every mailbox has it, so what follows comes after it.</summary>
    private async Task<bool> PublishAsync(PidboxCall one, string type, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties
        {
            ContentType = type,
            ContentEncoding = "utf-8",
            DeliveryMode = DeliveryModes.Transient,
            Headers = new Dictionary<string, object?> { ["clock"] = 0, ["expires"] = 0.0 },
        };
        if (Questions.Contains(one.Request.Method))
        {
            properties.Expiration = QuestionsExpire;
        }

        try
        {
            _sender ??= await line.OpenChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                    cancellationToken
                )
                .ConfigureAwait(false);
            var channel = _sender;
            return await line.BoundAsync(
                    async () =>
                    {
                        // The client waits for the broker's confirmation without end.
                        await channel
                            .BasicPublishAsync(
                                Exchange,
                                "",
                                mandatory: true,
                                properties,
                                PidboxEnvelope.Body(one.Request, one.Ticket, _replyQueue),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (PublishException e) when (e.IsReturn)
        {
            return false;
        }
        catch (Exception) when (_sender is { CloseReason.ReplyCode: AmqpFailure.NotFound })
        {
            // No such exchange: no worker has ever connected to this virtual host.
            await CloseAsync(_sender).ConfigureAwait(false);
            _sender = null;
            return false;
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
        {
            await CloseAsync(_sender).ConfigureAwait(false);
            _sender = null;
            throw AmqpFailure.During(line.Endpoint, $"a message to {Exchange}", null, e);
        }
    }

    private async Task<(string Ticket, PidboxReply Reply)?> ReceiveAsync(TimeSpan left, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(left, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeUp.Token);
        try
        {
            return await _inbox.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException e)
        {
            throw AmqpFailure.During(line.Endpoint, "a control command", null, e.InnerException ?? e);
        }
    }

    // Replies that come too late still tell who is there.
    private void NoteLate()
    {
        while (_inbox.Reader.TryRead(out var late))
        {
            _known.Add(late.Reply.Node);
        }
    }

    /// <summary>
    /// Known workers whose mailbox is gone are not expected to answer any more. What they may still run is the caller's account to keep.
    /// </summary>
    private async Task ForgetGoneAsync(CancellationToken cancellationToken)
    {
        var counter = new QueueCounter(line);
        await using var _ = counter.ConfigureAwait(false);
        foreach (var node in _known.ToList())
        {
            try
            {
                if (await counter.CountAsync(node + MailboxSuffix, cancellationToken).ConfigureAwait(false) is null)
                {
                    _known.Remove(node);
                }
            }
            catch (AmqpException e) when (e.Error == OpsError.AccessDenied)
            {
                // Exclusive to its worker (Celery 5.7 and later), so it is there.
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_replies is { IsOpen: true } && _sender is null or { IsOpen: true })
        {
            return;
        }

        await DisposeAsync().ConfigureAwait(false);
        _sender = null;
        var opened = _replies = await line.OpenChannelAsync(null, cancellationToken).ConfigureAwait(false);
        var box = _inbox = Channel.CreateUnbounded<(string, PidboxReply)>();
        opened.ChannelShutdownAsync += (_, reason) =>
        {
            box.Writer.TryComplete(new AlreadyClosedException(reason));
            return Task.CompletedTask;
        };
        _replyQueue = await line.GuardAsync(
                "declaring a reply queue",
                null,
                () => ConsumeAsync(opened, box.Writer, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task<string> ConsumeAsync(
        IChannel channel,
        ChannelWriter<(string, PidboxReply)> inbox,
        CancellationToken cancellationToken
    )
    {
        var queue = await channel
            .QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            // Text in headers arrives as bytes.
            if (
                message.BasicProperties.Headers?.TryGetValue("ticket", out var ticket) == true
                && ticket is byte[] bytes
                && PidboxReply.FromBody(message.Body.Span) is { } reply
            )
            {
                inbox.TryWrite((Encoding.UTF8.GetString(bytes), reply));
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken).ConfigureAwait(false);
        return queue.QueueName;
    }

    private Task CloseAsync(IChannel? channel) => channel is null ? Task.CompletedTask : line.LeaveAsync(channel);
}

/// <summary>
/// The workers that a broadcast reaches. AMQP does not tell a sender who received: the bindings of the control exchange do, asked of the
/// management API.
/// </summary>
/// <param name="Nodes">Their names.</param>
/// <param name="IsCertain">From the broker's own bindings; else only those that answered before.</param>
internal sealed record AmqpAudience(IReadOnlySet<string> Nodes, bool IsCertain)
{
    /// <summary>Workers whose reply is waited for.</summary>
    public int Expect(PidboxRequest request) =>
        request.Destination is not { } named ? Nodes.Count
        : IsCertain ? named.Count(Nodes.Contains)
        : named.Count;

    /// <summary>That a mailbox got it is all that AMQP tells; how many there are is this audience, or who answered.</summary>
    public BroadcastResult ToResult(PidboxCall call)
    {
        if (call.Receivers == 0)
        {
            return new BroadcastResult(call.Request, 0, 0, call.Replies);
        }

        // Somebody has a mailbox, and who it is was not known.
        var atLeast = IsCertain ? call.Replies.Count : Math.Max(1, call.Replies.Count);
        return new BroadcastResult(
            call.Request,
            Math.Max(Nodes.Count, atLeast),
            Math.Max(call.Expected, call.Request.Destination is null ? atLeast : call.Replies.Count),
            call.Replies
        );
    }
}
