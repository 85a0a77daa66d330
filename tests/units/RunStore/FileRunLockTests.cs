using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Abstractions;

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

    [Fact]
    public async Task What_a_killed_run_had_found_running_is_told_to_the_next_and_only_to_it()
    {
        await using (var killed = await AcquireAsync(_folder, "run-1"))
        {
            Assert.Null(killed.Before);
            await killed.RememberAsync(["db", "web"], CancellationToken.None);

            // Its end takes the file away; one that is killed leaves it.
            File.Copy(Path.Combine(_folder, "stack.holder"), Path.Combine(_folder, "kept"));
        }

        File.Move(Path.Combine(_folder, "kept"), Path.Combine(_folder, "stack.holder"));
        await using (var next = await AcquireAsync(_folder, "run-2"))
        {
            Assert.Equal(("run-1", "Restart"), (next.Before!.RunId, next.Before.Operation));
            Assert.Equal(["db", "web"], next.Before.Running);
        }

        await using var last = await AcquireAsync(_folder, "run-3");
        Assert.Null(last.Before);
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

    private static Task<IHeldRunLock> AcquireAsync(string folder, string run)
        => new FileRunLock(TimeProvider.System, folder).AcquireAsync("stack", run, GraphOperation.Restart, CancellationToken.None);
}
