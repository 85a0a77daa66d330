using System.Buffers;
using System.Text;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Tests.Units.Redis;

public sealed class RespTests
{
    [Fact]
    public void Writes_a_command_as_an_array_of_bulk_strings()
    {
        var output = new ArrayBufferWriter<byte>();
        new RedisCommand("SET", "ключ", 17).WriteTo(output);
        Assert.Equal("*3\r\n$3\r\nSET\r\n$8\r\nключ\r\n$2\r\n17\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("+OK\r\n", "OK")]
    [InlineData(":-12\r\n", "-12")]
    [InlineData("$-1\r\n", "(nil)")]
    [InlineData("*-1\r\n", "(nil)")]
    [InlineData("$0\r\n\r\n", "")]
    [InlineData("$4\r\na\r\nb\r\n", "a\r\nb")]
    [InlineData("*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n+x\r\n", "[1, [a, (nil)], x]")]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", "LOADING Redis is loading the dataset in memory")]
    public async Task Reads_replies_however_the_network_cuts_them(string bytes, string shown)
    {
        foreach (var piece in new[] { 1, 2, 3, 1000 })
        {
            var reader = new RespReader(new TricklingStream(Encoding.UTF8.GetBytes(bytes + "+next\r\n"), piece));
            Assert.Equal(shown, (await reader.ReadAsync(default)).ToString());
            Assert.Equal("next", (await reader.ReadAsync(default)).Text);
        }
    }

    [Fact]
    public async Task Reads_a_string_longer_than_its_buffer()
    {
        var text = new string('x', 100_000);
        var reader = new RespReader(new TricklingStream(Encoding.UTF8.GetBytes($"${text.Length}\r\n{text}\r\n:7\r\n"), 777));
        Assert.Equal(text, (await reader.ReadAsync(default)).Text);
        Assert.Equal(7, (await reader.ReadAsync(default)).Integer);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("$12x\r\n")]
    [InlineData("\r\n")]
    public async Task Refuses_what_is_not_Redis(string bytes) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await new RespReader(new TricklingStream(Encoding.UTF8.GetBytes(bytes), 100)).ReadAsync(default)
        );

    [Fact]
    public async Task Says_that_the_server_closed() =>
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            await new RespReader(new TricklingStream("*2\r\n:1\r\n"u8.ToArray(), 100)).ReadAsync(default)
        );

    [Theory]
    [InlineData("NOAUTH Authentication required.", "NOAUTH", OpsError.AuthenticationFailed)]
    [InlineData("WRONGPASS invalid username-password pair", "WRONGPASS", OpsError.AuthenticationFailed)]
    [InlineData("ERR invalid password", "ERR", OpsError.AuthenticationFailed)]
    [InlineData("NOPERM this user has no permissions to run the 'client|list' command", "NOPERM", OpsError.AccessDenied)]
    [InlineData("LOADING Redis is loading the dataset in memory", "LOADING", OpsError.ConnectionFailed)]
    [InlineData("READONLY You can't write against a read only replica.", "READONLY", OpsError.ProtocolError)]
    public void Tells_errors_apart(string line, string code, OpsError kind)
    {
        var error = RedisError.Parse(line);
        Assert.Equal((code, kind), (error.Code, error.Kind));
    }

    /// <summary>Gives at most some bytes at a time, as a network may.</summary>
    private sealed class TricklingStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
