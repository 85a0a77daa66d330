using OpsRestart.Adapters.RunStore;

namespace OpsRestart.Tests.Units.RunStore;

public sealed class FileRunLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_second_of_two_runs_is_told_who_holds_the_lock()
    {
        await using var first = await AcquireAsync(_folder, "run-1");
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(_folder, "run-2"));
        Assert.Equal(OpsError.RunInProgress, refused.Error);
        Assert.Contains("run run-1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_given_back_can_be_taken_again()
    {
        await (await AcquireAsync(_folder, "run-1")).DisposeAsync();
        await (await AcquireAsync(_folder, "run-2")).DisposeAsync();
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("file/below")]
    public async Task A_folder_that_can_t_be_used_is_not_called_another_run(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(Path.Combine(_folder, folder), "run-1"));
        Assert.Equal(OpsError.AccessDenied, refused.Error);
        Assert.Contains("OPSRESTART_STATE_DIR", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_the_holder_can_t_be_named_does_not_keep_the_lock()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "stack.holder"));
        await (await AcquireAsync(_folder, "run-1")).DisposeAsync();
        await (await AcquireAsync(_folder, "run-2")).DisposeAsync();
    }

    private static Task<IAsyncDisposable> AcquireAsync(string folder, string run)
        => new FileRunLock(TimeProvider.System, folder).AcquireAsync("stack", run, GraphOperation.Restart, CancellationToken.None);
}
