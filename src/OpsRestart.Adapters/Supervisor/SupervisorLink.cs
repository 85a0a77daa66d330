using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>Calls of one supervisord, by XML-RPC over its Unix socket or http. Each has a deadline of its own.</summary>
internal sealed class SupervisorLink : IDisposable
{
    // supervisord answers from one thread, in milliseconds; one that reads its configuration may take longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SupervisorAddress _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly Uri _endpoint;

    public SupervisorLink(SupervisorAddress address, TimeProvider time)
    {
        (_address, _time) = (address, time);
        _endpoint = new Uri(address.Http ?? new Uri("http://localhost"), "/RPC2");
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = (_, ct) => ConnectAsync(path, ct);
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (address.User is { } user)
        {
            var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{address.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
        }
    }

    public SupervisorAddress Address => _address;

    /// <summary>One call of the interface "supervisor".</summary>
    /// <exception cref="SupervisorFault">supervisord answered with a fault.</exception>
    /// <exception cref="SupervisorException">ManagerUnavailable, ConnectionFailed, AccessDenied, AuthenticationFailed,
    /// ProtocolError.</exception>
    public Task<object> CallAsync(string method, CancellationToken cancellationToken, params object[] parameters) =>
        SendAsync("supervisor." + method, parameters, cancellationToken);

    /// <summary>Several calls in one round trip; each answer is its value, or its <see cref="SupervisorFault"/>.</summary>
    public async Task<IReadOnlyList<object>> CallAllAsync(
        IEnumerable<(string Method, object[] Parameters)> calls,
        CancellationToken cancellationToken
    )
    {
        var list = calls
            .Select(
                static object (c) => new Dictionary<string, object> { ["methodName"] = "supervisor." + c.Method, ["params"] = c.Parameters }
            )
            .ToList();
        var answers = await SendAsync("system.multicall", [list], cancellationToken).ConfigureAwait(false);
        return answers is List<object> all && all.Count == list.Count
            ? [.. all.Select(static a => a is Dictionary<string, object> d && d.ContainsKey("faultCode") ? SupervisorFault.Of(a) : a)]
            : throw NotSupervisor("it answers several calls with something else");
    }

    public void Dispose() => _http.Dispose();

    private async Task<object> SendAsync(string method, object[] parameters, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
            {
                Content = new ByteArrayContent(XmlRpc.Write(method, parameters)) { Headers = { ContentType = new("text/xml") } },
            };
            using var response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token)
                .ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                throw new SupervisorException(
                    OpsError.AuthenticationFailed,
                    $"supervisord at {_address} does not accept the user and password.",
                    _address.ToString(),
                    "They are username= and password= of its [unix_http_server] or [inet_http_server]."
                );
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw NotSupervisor(string.Create(CultureInfo.InvariantCulture, $"it answers with HTTP status {(int)response.StatusCode}"));
            }

            var body = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return XmlRpc.Read(await BoundedBody.ReadAllAsync(body, linked.Token).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SupervisorException(
                OpsError.ConnectionFailed,
                $"supervisord at {_address} did not answer within {Duration.Format(Patience)}.",
                _address.ToString(),
                "Look at its log; it may hang or be stopped (state T)."
            );
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw NotSupervisor(e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw Connecting(e);
        }
        catch (SupervisorFault fault) when (fault.Code == SupervisorFault.ShutdownState)
        {
            throw new SupervisorException(
                OpsError.ManagerUnavailable,
                $"supervisord at {_address} is shutting down or restarting.",
                _address.ToString(),
                "Try again when it is up.",
                fault.Code
            );
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SupervisorException NotSupervisor(string why) =>
        new(
            OpsError.ProtocolError,
            $"What listens at {_address} is no supervisord: {ForeignText.OneLine(why)}.",
            _address.ToString(),
            "Check the address."
        );

    private SupervisorException Connecting(Exception e)
    {
        var code = (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode;
        var (error, why, advice) = code switch
        {
            SocketError.AccessDenied => (
                OpsError.AccessDenied,
                $"This user may not open {_address}.",
                "Run as root, or give the user the socket: chown= and chmod= of [unix_http_server]."
            ),
            SocketError.ConnectionRefused when _address.Socket is not null => (
                OpsError.ManagerUnavailable,
                $"supervisord does not run: {_address} is left over, and nothing listens there.",
                "Start it, as in systemctl start supervisor."
            ),
            SocketError.AddressNotAvailable or SocketError.HostNotFound when _address.Socket is not null && !File.Exists(_address.Socket) =>
                (
                    OpsError.ManagerUnavailable,
                    $"No supervisord runs here: {_address} is not there.",
                    "Start it, as in systemctl start supervisor, or name its socket."
                ),
            _ => (
                OpsError.ConnectionFailed,
                $"The connection to supervisord at {_address} failed: {ForeignText.OneLine(e.InnerException?.Message ?? e.Message)}.",
                "Check that it runs, and its log."
            ),
        };
        return new SupervisorException(error, why, _address.ToString(), advice, inner: e);
    }
}
