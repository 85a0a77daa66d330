using OpsRestart.Adapters.Files;

namespace OpsRestart.Tests.Units.Text;

public sealed class LogAdviceTests
{
    [Theory]
    [InlineData("2017-02-22 14:11:33,537 ERROR Invalid HTTP_HOST header: '10.2.3.4'. You may need to add it", "ALLOWED_HOSTS")]
    [InlineData("django.db.utils.OperationalError: SSL error: decryption failed or bad record mac", "CONN_MAX_AGE")]
    [InlineData(@"Incorrect string value: '\xF0\x9F\x92\x80' for column", "utf8mb4")]
    [InlineData("Circuit breaker open for mqtt_broker", "circuit breaker")]
    [InlineData("consumer: Cannot connect to redis://localhost:6379/0: Error 111 connecting to localhost:6379.", "broker")]
    [InlineData("INFO all is well", null)]
    public void Known_lines_are_explained(string line, string? word)
    {
        var advice = LogAdvice.Of(line);
        Assert.Equal(word is null, advice is null);
        Assert.Contains(word ?? "", advice ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_lines_of_a_file_are_seen_over_its_rotation_and_truncation()
    {
        var folder = Directory.CreateTempSubdirectory("opsrestart-follow-").FullName;
        var path = Path.Combine(folder, "app.log");
        await File.WriteAllTextAsync(path, "old\n", TestContext.Current.CancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var lines = FileFollower.Open(path, ended.Token).GetAsyncEnumerator(ended.Token);
        try
        {
            await File.AppendAllTextAsync(path, "one\ntw", ended.Token);
            Assert.Equal("one", await NextAsync(lines));
            await File.AppendAllTextAsync(path, "o\r\n", ended.Token);
            Assert.Equal("two", await NextAsync(lines));
            await File.AppendAllTextAsync(path, "last\n", ended.Token);
            File.Move(path, path + ".1");
            await File.WriteAllTextAsync(path, "three\n", ended.Token);
            Assert.Equal("last", await NextAsync(lines));
            Assert.Equal("three", await NextAsync(lines));
            await File.WriteAllTextAsync(path, "4\n", ended.Token);
            Assert.Equal("4", await NextAsync(lines));
        }
        finally
        {
            await ended.CancelAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<string> lines)
    {
        Assert.True(await lines.MoveNextAsync());
        return lines.Current;
    }
}
