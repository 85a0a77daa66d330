using System.Globalization;
using System.Text;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Takes commands as Redis does, transactions too, and answers each with what it is told to.</summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly FakeServer _server;
    private readonly Func<string, IReadOnlyList<string>, string> _reply;

    /// <param name="reply">The answer, in RESP, to a command (in capitals) and its arguments.</param>
    public FakeRedis(Func<string, IReadOnlyList<string>, string> reply)
    {
        _reply = reply;
        _server = new FakeServer(ServeAsync);
    }

    public string Address => _server.Address;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        List<string>? queued = null;
        while (await ReadAsync(reader, cancellationToken) is [var name, .. var arguments])
        {
            name = name.ToUpperInvariant();
            var answer = name switch
            {
                "MULTI" => "+OK\r\n",
                "EXEC" => $"*{queued?.Count ?? 0}\r\n{string.Concat(queued ?? [])}",
                _ => _reply(name, arguments),
            };
            if (queued is not null && name != "EXEC")
            {
                queued.Add(answer);
                answer = "+QUEUED\r\n";
            }

            queued = name switch
            {
                "MULTI" => [],
                "EXEC" => null,
                _ => queued,
            };
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
        }
    }

    private static async Task<string[]> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken) is not ['*', .. var count])
        {
            return [];
        }

        var parts = new string[int.Parse(count, CultureInfo.InvariantCulture)];
        for (var i = 0; i < parts.Length; i++)
        {
            await reader.ReadLineAsync(cancellationToken);
            parts[i] = await reader.ReadLineAsync(cancellationToken) ?? "";
        }

        return parts;
    }
}
