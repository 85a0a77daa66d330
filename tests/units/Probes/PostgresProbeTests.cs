using System.Buffers.Binary;
using System.Text;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>
/// Errors that a real PostgreSQL gives only at some moments, sent by its wire protocol (postgresql.org, "Message Formats").
/// </summary>
public sealed class PostgresProbeTests
{
    [Theory]
    [InlineData("57P03", "the database system is starting up", ProbeStatus.Starting, "57P03")]
    [InlineData("57P01", "terminating connection due to administrator command", ProbeStatus.Unhealthy, "57P01")]
    [InlineData("53300", "sorry, too many clients already", ProbeStatus.Unhealthy, "53300")]
    [InlineData("28000", "Peer authentication failed for user \"ops\"", ProbeStatus.Healthy, "AuthenticationFailed")]
    [InlineData("28P01", "password authentication failed", ProbeStatus.Healthy, "AuthenticationFailed")]
    [InlineData("3D000", "database \"x\" does not exist", ProbeStatus.Unhealthy, "3D000")]
    [InlineData("XX000", "something broke", ProbeStatus.Unhealthy, "XX000")]
    public async Task An_SQLSTATE_is_judged(string state, string message, ProbeStatus status, string reason)
    {
        await using var server = FakeServer.Answering(Error(state, message));
        var result = await Check.RunAsync("postgres", $"postgres://ops@{server.Address}/x?sslmode=disable");
        Assert.Equal((status, reason), (result.Status, result.Reason));
        Assert.Contains(state, result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://ops:hunter2@{0}/x?sslmode=disable", null)]
    [InlineData("postgres://ops@{0}/x?sslmode=disable", false)]
    public async Task A_refused_sign_in_is_a_failure_when_one_was_asked_for(string target, bool? accept)
    {
        await using var server = FakeServer.Answering(Error("28P01", "password authentication failed for user \"ops\""));
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, target, server.Address);
        var result = await Check.RunAsync("postgres", address, accept is null ? [] : [("acceptAuthFailure", accept)]);
        Assert.Equal((ProbeStatus.Unhealthy, "AuthenticationFailed"), (result.Status, result.Reason));
        Assert.DoesNotContain("hunter2", result.ToString() + result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_of_the_users_own_name_means_up_when_none_was_named()
    {
        await using var server = FakeServer.Answering(Error("3D000", "database \"ops\" does not exist"));
        Assert.Equal(ProbeStatus.Healthy, (await Check.RunAsync("postgres", $"postgres://ops@{server.Address}?sslmode=disable")).Status);
    }

    [Fact]
    public async Task Something_else_on_the_port_is_not_PostgreSQL()
    {
        await using var server = FakeServer.Answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        var result = await Check.RunAsync("postgres", $"postgres://ops@{server.Address}/x?sslmode=disable");
        Assert.True(result.Status == ProbeStatus.Unhealthy, $"{result}: {result.Detail}");
        Assert.Equal("Closed", result.Reason);
    }

    private static byte[] Error(string state, string message)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{state}\0M{message}\0\0");
        var packet = new byte[5 + fields.Length];
        packet[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(packet, 5);
        return packet;
    }
}
