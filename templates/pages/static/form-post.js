// Sends the form of response_mode=form_post; without scripts its button does.
document.getElementById("answer").submit();
