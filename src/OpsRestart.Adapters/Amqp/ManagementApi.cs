using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// RabbitMQ's management API, as far as its answers are of this moment: metadata, and totals that are asked of the queues themselves. Its ordinary
/// numbers are statistics, five to ten seconds old.
/// </summary>
internal sealed class ManagementApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly HttpClient http;
    private readonly Uri root;
    private readonly string virtualHost;
    private readonly string user;

    public ManagementApi(Uri root, AmqpEndpoint endpoint)
    {
        this.root = root;
        virtualHost = Uri.EscapeDataString(endpoint.VirtualHost);
        user = endpoint.User;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience, UseCookies = false };
        try
        {
            handler.SslOptions.RemoteCertificateValidationCallback = endpoint.TlsOptions.Check();
            handler.SslOptions.ClientCertificates = endpoint.TlsOptions.ClientCertificates();
        }
        catch (AuthenticationException e)
        {
            handler.Dispose();
            throw AmqpFailure.Connecting(endpoint, e);
        }

        http = new HttpClient(handler) { Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{endpoint.Password}")));
    }

    /// <summary>Without credentials: they are never part of it.</summary>
    public string Display => root.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>All queues of the virtual host, with totals asked of each queue now.</summary>
    /// <exception cref="AmqpException">ConnectionFailed, AuthenticationFailed, ProtocolError (a broker too old for it).</exception>
    public async Task<IReadOnlyList<QueueTotals>> GetQueuesAsync(CancellationToken cancellationToken)
    {
        var queues = await GetListAsync($"queues/{virtualHost}?disable_stats=true&enable_queue_totals=true", cancellationToken).ConfigureAwait(false);

        // An older broker ignores both words and answers with its statistics.
        return queues.EnumerateArray().Any(static q => q.TryGetProperty("memory", out _) || q.TryGetProperty("messages_details", out _))
            ? throw new AmqpException(OpsError.ProtocolError, "200", $"The RabbitMQ management API at {Display} has no live totals.", Display, "It takes RabbitMQ 3.9 or later.")
            : [.. queues.EnumerateArray().Select(QueueTotals.Parse)];
    }

    public async Task<IReadOnlyList<BrokerConsumer>> GetConsumersAsync(CancellationToken cancellationToken) =>
        [.. (await GetListAsync($"consumers/{virtualHost}", cancellationToken).ConfigureAwait(false)).EnumerateArray().Select(BrokerConsumer.Parse)];

    /// <summary>The queues bound to an exchange; none when there is no such exchange.</summary>
    public async Task<IReadOnlyList<string>> GetBoundQueuesAsync(string exchange, CancellationToken cancellationToken)
    {
        try
        {
            var bindings = await GetAsync($"exchanges/{virtualHost}/{Uri.EscapeDataString(exchange)}/bindings/source", cancellationToken).ConfigureAwait(false);
            return [.. bindings.EnumerateArray()
                .Where(static b => b.GetProperty("destination_type").GetString() == "queue")
                .Select(static b => b.GetProperty("destination").GetString()!).Distinct()];
        }
        catch (AmqpException e) when (e.Error == OpsError.QueueNotFound)
        {
            return [];
        }
    }

    /// <summary>The open connections to this virtual host; without the tag monitoring only this user's own.</summary>
    public async Task<IReadOnlyList<BrokerConnection>> GetConnectionsAsync(CancellationToken cancellationToken) =>
        [.. (await GetListAsync($"vhosts/{virtualHost}/connections?columns=name,client_properties.product", cancellationToken).ConfigureAwait(false)).EnumerateArray().Select(BrokerConnection.Parse).OfType<BrokerConnection>()];

    /// <summary>The open channels of this virtual host; without the tag monitoring only this user's own.</summary>
    public async Task<IReadOnlyList<BrokerChannel>> GetChannelsAsync(CancellationToken cancellationToken) =>
        [.. (await GetListAsync($"vhosts/{virtualHost}/channels?columns=connection_details.name,prefetch_count,global_prefetch_count", cancellationToken).ConfigureAwait(false)).EnumerateArray().Select(BrokerChannel.Parse).OfType<BrokerChannel>()];

    public void Dispose() => http.Dispose();

    /// <summary>Lists of a virtual host are there as soon as it is: a broker that is starting answers 404 for a moment.</summary>
    private async Task<JsonElement> GetListAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (AmqpException e) when (e.Error == OpsError.QueueNotFound)
        {
            throw new AmqpException(OpsError.ConnectionFailed, e.Code, $"The RabbitMQ management API at {Display} does not know virtual host '{Uri.UnescapeDataString(virtualHost)}': the broker is starting, or there is none of that name.", Display, "See rabbitmqctl list_vhosts.", e);
        }
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{Display}/api/{path}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(response.StatusCode);
            }

            using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var document = await JsonDocument.ParseAsync(stream, default, cancellationToken).ConfigureAwait(false);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new AmqpException(OpsError.ProtocolError, "200", $"{Display} is no RabbitMQ management API.", Display, "Give its address as management: http://host:15672.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why = e is OperationCanceledException ? "no answer in time" : (e.InnerException ?? e).Message.TrimEnd('.');
            throw new AmqpException(OpsError.ConnectionFailed, "Failed", $"The RabbitMQ management API at {Display} can't be reached: {why}.", Display, "Enable it (rabbitmq-plugins enable rabbitmq_management), or give its address as management: http://host:15672.", e);
        }
    }

    private AmqpException Refused(HttpStatusCode status)
    {
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                OpsError.AuthenticationFailed, code, $"The RabbitMQ management API at {Display} refused user '{user}'.", Display, $"Give it the tag and the permissions: rabbitmqctl set_user_tags {user} monitoring."),
            HttpStatusCode.NotFound => new(OpsError.QueueNotFound, code, $"The RabbitMQ management API at {Display} does not know what was asked for.", Display),
            _ => new(OpsError.ConnectionFailed, code, $"The RabbitMQ management API at {Display} answered {code}.", Display, "See the broker's log."),
        };
    }
}
