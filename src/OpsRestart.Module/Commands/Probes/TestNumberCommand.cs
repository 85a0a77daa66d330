using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>The base of a probe that has a number.</summary>
public abstract class TestNumberCommand : TestEndpointCommand
{
    /// <summary>
    /// Degraded beyond this: <c>30</c>, or a range as monitoring plugins write it: <c>10:</c> (at least 10), <c>10:60</c>.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Warn { get; set; }

    /// <summary>Unhealthy beyond this, written in the same way.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Crit { get; set; }
}
