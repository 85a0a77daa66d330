# Bootstrap only; the cmdlets are compiled. OpsRestart.dll goes to PowerShell's own load context, everything else to a private one.
$null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Join($PSScriptRoot, 'bin', 'OpsRestart.dll'))
$assembly = [OpsRestart.Hosting.ModuleLoader]::Load()
$cmdlets = Import-Module -Assembly $assembly -Force -PassThru
$assembly.GetType('OpsRestart.Session.ModuleExports')::Repair($ExecutionContext.SessionState.Module, $cmdlets)
