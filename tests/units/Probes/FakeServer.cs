using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Says what a real server can't be made to say at will. One script for each connection.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _script;
    private readonly Task _accepting;

    public FakeServer(Func<Stream, CancellationToken, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Connections taken so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Answers each thing that is said with the next of these.</summary>
    public static FakeServer Answering(params byte[][] answers) =>
        new(
            async (stream, cancellationToken) =>
            {
                var buffer = new byte[65536];
                foreach (var answer in answers)
                {
                    if (await stream.ReadAsync(buffer, cancellationToken) == 0)
                    {
                        return;
                    }

                    await stream.WriteAsync(answer, cancellationToken);
                }
            }
        );

    public static FakeServer Answering(params string[] answers) => Answering([.. answers.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>Takes connections and says nothing.</summary>
    public static FakeServer Silent() => new(static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));

    /// <summary>A port that nothing listens on.</summary>
    public static int DeadPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                clients.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested || e is SocketException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                await _script(stream, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The probe left, or the test is over.
            }
        }
    }
}
