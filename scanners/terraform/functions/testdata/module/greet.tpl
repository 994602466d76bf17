Hello ${name}!%{ if loud }!!%{ endif }
%{ for x in xs ~}
- ${x}
%{ endfor ~}
