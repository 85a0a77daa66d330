using OpsRestart.Errors;

namespace OpsRestart.Commands;

/// <summary>What looks at Redis servers: all servers of the pipeline at the same time, each failure an error of its own.</summary>
public abstract class RedisCommandBase : OpsCmdlet
{
    private protected string Address(string target) => Session.Brokers.Restore(TargetUri.Of("redis", target));

    private protected static async Task<T?> TryAsync<T>(string address, Func<string, Task<T>> ask, Pump pump)
        where T : class
    {
        try
        {
            return await ask(address).ConfigureAwait(false);
        }
        catch (OpsRestartException e)
        {
            pump.Error(ErrorRecords.From(e, SecretText.RedactAddress(address)));
            return null;
        }
    }
}
