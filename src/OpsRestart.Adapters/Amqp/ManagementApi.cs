using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// RabbitMQ's management API, as far as its answers are of this moment: metadata, and totals that are asked of the queues themselves. Its
/// ordinary numbers are statistics, five to ten seconds old.
/// </summary>
internal sealed class ManagementApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly string _virtualHost;
    private readonly string _user;

    public ManagementApi(Uri root, AmqpEndpoint endpoint)
    {
        _root = root;
        _virtualHost = Uri.EscapeDataString(endpoint.VirtualHost);
        _user = endpoint.User;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = Patience,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        try
        {
            handler.SslOptions = endpoint.Tls.ToClientOptions(root.IdnHost);
        }
        catch (AuthenticationException e)
        {
            handler.Dispose();
            throw AmqpFailure.Connecting(endpoint, e);
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user}:{endpoint.Password}"))
        );
    }

    /// <summary>Without credentials: they are never part of it.</summary>
    public string Display => _root.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>All queues of the virtual host, with totals asked of each queue now.</summary>
    /// <exception cref="AmqpException">ConnectionFailed, AuthenticationFailed, ProtocolError (a broker too old for it, or no
    /// RabbitMQ).</exception>
    public Task<IReadOnlyList<QueueTotals>> GetQueuesAsync(CancellationToken cancellationToken) =>
        GetListAsync($"queues/{_virtualHost}?disable_stats=true&enable_queue_totals=true", ReadTotals, cancellationToken);

    /// <summary>What is done in each queue: statistics, up to 5 s late. Queues that nothing was counted for are missing.</summary>
    public Task<IReadOnlyList<QueueProgress>> GetProgressAsync(CancellationToken cancellationToken) =>
        GetListAsync($"queues/{_virtualHost}?columns={QueueProgress.Columns}", QueueProgress.Parse, cancellationToken);

    public Task<IReadOnlyList<BrokerConsumer>> GetConsumersAsync(CancellationToken cancellationToken) =>
        GetListAsync($"consumers/{_virtualHost}", BrokerConsumer.Parse, cancellationToken);

    /// <summary>The queues bound to an exchange; none when there is no such exchange.</summary>
    public async Task<IReadOnlyList<string>> GetBoundQueuesAsync(string exchange, CancellationToken cancellationToken)
    {
        try
        {
            var bound = await GetAsync(
                    $"exchanges/{_virtualHost}/{Uri.EscapeDataString(exchange)}/bindings/source",
                    BoundQueue,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return [.. bound.Distinct()];
        }
        catch (AmqpException e) when (e.Error == OpsError.QueueNotFound)
        {
            return [];
        }
    }

    /// <summary>The open connections to this virtual host; without the tag monitoring only this user's own.</summary>
    public Task<IReadOnlyList<BrokerConnection>> GetConnectionsAsync(CancellationToken cancellationToken) =>
        GetListAsync(
            $"vhosts/{_virtualHost}/connections?columns=name,client_properties.product",
            BrokerConnection.Parse,
            cancellationToken
        );

    /// <summary>The open channels of this virtual host; without the tag monitoring only this user's own.</summary>
    public Task<IReadOnlyList<BrokerChannel>> GetChannelsAsync(CancellationToken cancellationToken) =>
        GetListAsync(
            $"vhosts/{_virtualHost}/channels?columns=connection_details.name,prefetch_count,global_prefetch_count,message_stats.deliver",
            BrokerChannel.Parse,
            cancellationToken
        );

    public void Dispose() => _http.Dispose();

    // An older broker ignores both words and answers with its statistics.
    private QueueTotals ReadTotals(ForeignJson queue) =>
        queue["memory"].Exists || queue["messages_details"].Exists
            ? throw new AmqpException(
                OpsError.ProtocolError,
                "200",
                $"The RabbitMQ management API at {Display} has no live totals.",
                Display,
                "It takes RabbitMQ 3.9 or later."
            )
            : QueueTotals.Parse(queue);

    private static string? BoundQueue(ForeignJson binding) =>
        binding.TextOf("destination_type") == "queue" ? binding.TextOf("destination") : null;

    /// <summary>Lists of a virtual host are there as soon as it is: a broker that is starting answers 404 for a moment.</summary>
    private async Task<IReadOnlyList<T>> GetListAsync<T>(string path, Func<ForeignJson, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync(path, read, cancellationToken).ConfigureAwait(false);
        }
        catch (AmqpException e) when (e.Error == OpsError.QueueNotFound)
        {
            throw new AmqpException(
                OpsError.ConnectionFailed,
                e.Code,
                $"The RabbitMQ management API at {Display} does not know virtual host '{Uri.UnescapeDataString(_virtualHost)}': the "
                    + "broker is starting, or there is none of that name.",
                Display,
                "See rabbitmqctl list_vhosts.",
                e
            );
        }
    }

    /// <param name="path">What to ask for; its answer is a list.</param>
    /// <param name="read">Reads one entry; null: it is left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<IReadOnlyList<T>> GetAsync<T>(string path, Func<ForeignJson, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var response = await _http
                .GetAsync(new Uri($"{Display}/api/{path}"), HttpCompletionOption.ResponseHeadersRead, deadline.Token)
                .ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(response.StatusCode);
            }

            // The answer has begun: a large broker's may take its time, but not for ever.
            deadline.CancelAfter(BodyPatience);
            var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            var body = await BoundedBody.ReadAllAsync(stream, deadline.Token).ConfigureAwait(false);
            return [.. ForeignJson.Parse(body).List().Select(read).OfType<T>()];
        }
        catch (Exception e) when (e is ForeignJsonException or InvalidDataException)
        {
            throw new AmqpException(
                OpsError.ProtocolError,
                "200",
                $"What answers at {Display} is not RabbitMQ's management API: {ForeignText.OneLine(e.Message)}.",
                Display,
                "Give the API's address as management: http://host:15672.",
                e
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            var failure = WireFailure.Of(e) ?? WireFailure.Lost;
            throw new AmqpException(
                OpsError.ConnectionFailed,
                failure.Reason,
                $"The RabbitMQ management API at {Display} {failure.What}.",
                Display,
                failure.Advice
                    ?? "Enable it (rabbitmq-plugins enable rabbitmq_management), or give its address as management: http://host:15672.",
                e
            );
        }
    }

    private AmqpException Refused(HttpStatusCode status)
    {
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                OpsError.AuthenticationFailed,
                code,
                $"The RabbitMQ management API at {Display} refused user '{_user}'.",
                Display,
                $"Give it the tag and the permissions: rabbitmqctl set_user_tags {_user} monitoring."
            ),
            HttpStatusCode.NotFound => new(
                OpsError.QueueNotFound,
                code,
                $"The RabbitMQ management API at {Display} does not know what was asked for.",
                Display
            ),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => new(
                OpsError.ProtocolError,
                code,
                $"What answers at {Display} is not RabbitMQ's management API: it redirects ({code}).",
                Display,
                "Give the API's own address as management: http://host:15672."
            ),
            _ => new(
                OpsError.ConnectionFailed,
                code,
                $"The RabbitMQ management API at {Display} answered {code}.",
                Display,
                "See the broker's log."
            ),
        };
    }
}
