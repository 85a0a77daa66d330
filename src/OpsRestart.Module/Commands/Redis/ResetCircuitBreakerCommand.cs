using OpsRestart.Adapters.Composition;
using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Reset, "CircuitBreaker", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class ResetCircuitBreakerCommand : RedisCommandBase
{
    private readonly List<(string Name, string Address)> _wanted = [];

    /// <summary>Their names, the keys without the prefix; what Get-CircuitBreaker gives brings its own.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The server and database where they are. Default: localhost, database 0.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Broker", "Uri")]
    public string Target { get; set; } = "localhost";

    /// <summary>What all their keys begin with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "circuit_breaker:";

    /// <summary>Also remove a key whose value is no circuit breaker's.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => _wanted.AddRange(Name.Select(n => (n, Address(Target))));

    protected override void EndProcessing() => Run(ResetAllAsync);

    private async Task ResetAllAsync(Pump pump)
    {
        foreach (var group in _wanted.GroupBy(static w => w.Address, static w => w.Name))
        {
            var found = await TryAsync(group.Key, a => Session.CircuitBreakers.FindAsync(a, Prefix, pump.Stopping), pump)
                .ConfigureAwait(false);
            if (found is not null)
            {
                foreach (var name in group)
                {
                    await ResetAsync(name, group.Key, found.FirstOrDefault(b => b.Name == name), pump).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task ResetAsync(string name, string address, CircuitBreaker? breaker, Pump pump)
    {
        if (breaker is null)
        {
            pump.Error(
                ErrorRecords.Create(
                    OpsError.KeyNotFound,
                    $"There is no circuit breaker '{name}' (key {Prefix}{name}).",
                    name,
                    "Get-CircuitBreaker lists those that there are."
                )
            );
        }
        else if (breaker.Problem is { } problem && !Force)
        {
            pump.Error(
                ErrorRecords.Create(
                    OpsError.InvalidArgument,
                    $"The key {breaker.Key} was not removed: {problem} It may be something else.",
                    name,
                    "Look at it with redis-cli; -Force removes it all the same."
                )
            );
        }
        else if (await pump.ShouldProcessAsync($"{breaker.Key} at {breaker.Target}", Describe(breaker)).ConfigureAwait(false))
        {
            var removed = await TryAsync(
                    address,
                    async a =>
                        await OpsSession.ResetCircuitBreakerAsync(a, breaker.Key, pump.Stopping).ConfigureAwait(false)
                            ? "removed"
                            : "gone already",
                    pump
                )
                .ConfigureAwait(false);
            pump.Verbose($"{breaker.Key}: {removed}.");
        }
    }

    private static string Describe(CircuitBreaker breaker) =>
        breaker.Failures is { } failures ? $"Reset the circuit breaker with {failures} failures" : "Reset the circuit breaker";
}
