using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>
/// A wait looks again and again: what a look at a silent peer opened is closed with it, and not when some time-out of a library's own is
/// over.
/// </summary>
[Collection(nameof(HostileCollection))]
public sealed class DescriptorTests
{
    private const int Looks = 30;

    [Theory]
    [InlineData("redis", "redis://:pw@{0}/0")]
    [InlineData("postgres", "postgres://ops:pw@{0}/x?sslmode=disable")]
    [InlineData("postgres", "postgres://ops:pw@{0}/x?sslmode=require")]
    [InlineData("amqp", "amqp://ops:pw@{0}/v")]
    [InlineData("mqtt", "mqtt://{0}")]
    [InlineData("memcached", "memcached://{0}")]
    [InlineData("http", "http://{0}/")]
    [InlineData("http", "https://{0}/")]
    [InlineData("ws", "ws://{0}/")]
    public async Task Each_look_closes_what_it_opened(string kind, string target)
    {
        await using var server = new FakeServer(PeerScripts.SilentAsync);
        var probe = Check.Define(kind, target.Replace("{0}", server.Address, StringComparison.Ordinal)) with
        {
            Timeout = TimeSpan.FromMilliseconds(60),
        };
        await Check.RunAsync(probe);
        var open = Sockets();
        for (var i = 0; i < Looks; i++)
        {
            Assert.Equal("Timeout", (await Check.RunAsync(probe)).Reason);
        }

        // Both ends are this process's. A look may still be saying goodbye.
        for (var waited = 0; Sockets() > open + 2 && waited < 100; waited++)
        {
            await Task.Delay(50);
        }

        Assert.InRange(Sockets(), 0, open + 2);
    }

    private static int Sockets() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(static f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
